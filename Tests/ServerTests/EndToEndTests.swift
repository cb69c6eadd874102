import TestSupport
import Testing

/// Calls through the real program: one heddle at a time, one scenario after the other, because they share balances,
/// limits and two processor cores.
@Suite(.serialized, .timeLimit(.minutes(Soak.isLong ? 60 : 10))) struct EndToEndTests {}
