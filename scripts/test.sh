#!/usr/bin/env bash
# Builds and runs the tests, and says at its end, alone on the last line: N passed, N failed
#
#   scripts/test.sh                      every test, then one release compile: the optimizer has crashed where debug
#                                        did not
#   scripts/test.sh --tests-only ARGS…   no release compile; ARGS go to `swift test`: --filter RateTermsTests
#
# A row of a parameterized test counts as a case. A case fails when it records an issue, and when it was running while
# the test process crashed or hung. Fails as well: a build that fails, a run that ends early, a run without a test.
# Swift Testing runs suites in parallel, in one process; `--no-parallel` runs one after the other.
#
#   TEST_TIMEOUT_S   how long the tests may run before they are called hung (900)
#   SWIFT_FLAGS      options for every swift command, for example '--scratch-path /dev/shm/build'
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

timeout_s=${TEST_TIMEOUT_S:-900}
read -ra flags <<<"${SWIFT_FLAGS-}"
compiles_release=yes
if [[ ${1-} == --tests-only ]]; then
    compiles_release=no
    shift
fi

# What Swift Testing says while it runs: the last line that was written is known, however the process ended.
mkdir -p .build
events=.build/test-events.jsonl
# Swift 6.2 has no such version of the event stream, and its older one keeps warnings to itself.
events_version=6.3
if swift --version 2>/dev/null | grep -q 'Swift version 6\.2'; then events_version=0; fi

finish() {
    printf '%s passed, %s failed\n' "$1" "$2"
    if (($2 > 0 || $1 == 0)); then exit 1; fi
    exit 0
}

say() { printf 'test: %s\n' "$*"; }

trap 'say interrupted; exit 130' INT TERM

swift build --build-tests "${flags[@]}" || {
    say "the debug build failed"
    finish 0 1
}

: >"$events"
# SIGINT, because on that swift test ends its test process as well; on SIGTERM it leaves it behind.
timeout --foreground --signal=INT --kill-after=20 "$timeout_s" \
    swift test --skip-build --disable-xctest --event-stream-output-path "$events" \
    --event-stream-version "$events_version" "${flags[@]}" "$@" 2>&1 |
    sed --unbuffered '/^◇ .* started\.$/d'
status=${PIPESTATUS[0]}
case $status in
    124 | 137) say "hung: not finished after $timeout_s s" ;;
esac

# Prints a line for each case that started and did not end, then: COUNTS passed failed skipped.
counts=$(awk -f scripts/count-tests.awk "$events")
grep -v '^COUNTS ' <<<"$counts"
read -r _ passed failed skipped < <(grep '^COUNTS ' <<<"$counts")
if ((skipped > 0)); then say "$skipped skipped"; fi
if ((passed + failed == 0)); then say "no test ran"; fi
# The run says that it failed, and no case does: what happened was outside of any test.
if ((status != 0 && failed == 0)); then
    say "swift test failed (exit code $status)"
    failed=1
fi

if [[ $compiles_release == yes ]]; then
    swift build --configuration release --product heddle "${flags[@]}" || {
        say "the release build failed"
        failed=$((failed + 1))
    }
fi
finish "$passed" "$failed"
