import TestSupport
import Testing

/// The real program, and calls through it: one heddle at a time, one scenario after the other, because they share
/// balances, limits and two processor cores.
@Suite(.serialized, .timeLimit(.minutes(Soak.isLong ? 60 : 10))) struct EndToEndTests {}
