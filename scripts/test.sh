#!/usr/bin/env bash
# Builds and runs the tests, and says at its end, alone on the last line: N passed, N failed
#
#   scripts/test.sh                      every test, of a release build, and the format
#   scripts/test.sh --soak ARGS…         the tests alone, of the same build; ARGS go to `swift test`: --filter Soak
#   scripts/test.sh --tests-only ARGS…   the tests alone, of a debug build, which is made anew sooner after a change
#
# A release is tested, as one is shipped: the optimizer has done what debug did not (docs/decisions/0043). The tests
# themselves are not optimized. The build is kept apart, in .build/tested, for its code can be seen into, which that of
# `make run` cannot.
# A row of a parameterized test counts as a case. A case fails when it records an issue, and when it was running while
# the test process crashed or hung. Fails as well: a build that fails, a run that ends early, a run without a test, a
# file that is not formatted. What failed is listed before the last line.
# Swift Testing runs suites in parallel, in one process; `--no-parallel` runs one after the other. ServerTests run after
# all others: their calls have the product's own limits in real time, which a busy machine would not keep.
#
#   TEST_TIMEOUT_S   how long each of the two runs may take before it is called hung (1200)
#   SWIFT_FLAGS      options for every swift command, for example '--jobs 1'
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

timeout_s=${TEST_TIMEOUT_S:-1200}
read -ra flags <<<"${SWIFT_FLAGS-}"
checks_format=yes
build=(--configuration release -Xswiftc -enable-testing --scratch-path .build/tested)
case ${1-} in
    --soak)
        checks_format=no
        shift
        ;;
    --tests-only)
        checks_format=no
        build=()
        shift
        ;;
esac
arguments=("$@")

# What Swift Testing says while it runs: the last line that was written is known, however the process ended.
mkdir -p .build
events=(.build/test-events.jsonl .build/test-events-calls.jsonl)
failures=.build/test-failures.txt
lines_of_failures=20
# Swift 6.2 has no such version of the event stream, and its older one keeps warnings to itself.
events_version=6.3
if swift --version 2>/dev/null | grep -q 'Swift version 6\.2'; then events_version=0; fi

say() { printf 'test: %s\n' "$*"; }

# The end is what somebody reads of a long log.
finish() {
    if [[ -s $failures ]]; then
        head -n "$lines_of_failures" "$failures"
        if (($(wc -l <"$failures") > lines_of_failures)); then say "and more: $failures"; fi
    fi
    printf '%s passed, %s failed\n' "$1" "$2"
    if (($2 > 0 || $1 == 0)); then exit 1; fi
    exit 0
}

# Runs the tests but those whose names match; sets `status` to the first exit code that is not 0.
run_tests() {
    local skipped=$1 stream=$2 code
    : >"$stream"
    # SIGINT, because on that swift test ends its test process as well; on SIGTERM it leaves it behind.
    timeout --foreground --signal=INT --kill-after=20 "$timeout_s" \
        swift test --skip-build --disable-xctest --skip "$skipped" --event-stream-output-path "$stream" \
        --event-stream-version "$events_version" "${build[@]}" "${flags[@]}" "${arguments[@]}" 2>&1 |
        sed --unbuffered '/^◇ .* started\.$/d'
    code=${PIPESTATUS[0]}
    case $code in
        124 | 137) say "hung: not finished after $timeout_s s" | tee -a "$failures" ;;
    esac
    if ((status == 0)); then status=$code; fi
}

# Counts a command that failed as a case, with the end of what it printed to a file.
count_failure() {
    failed=$((failed + 1))
    {
        say "$1 failed"
        grep -E '(error|warning):' "$2" | tail -n 5
    } >>"$failures"
}

trap 'say interrupted; exit 130' INT TERM

: >"$failures"
# Without them the tests of the API's contract say what is missing.
scripts/contract-tools.sh || say "what tests the API's document could not be fetched from PyPI (see above)"
swift build --build-tests "${build[@]}" "${flags[@]}" || {
    say "the build failed"
    finish 0 1
}

status=0
run_tests '^ServerTests\.' "${events[0]}"
run_tests '^(?!ServerTests\.)' "${events[1]}"

# Prints what failed, then: COUNTS passed failed skipped.
counts=$(awk -f scripts/count-tests.awk "${events[@]}")
grep -v '^COUNTS ' <<<"$counts" >>"$failures"
read -r _ passed failed skipped < <(grep '^COUNTS ' <<<"$counts")
if ((skipped > 0)); then say "$skipped skipped"; fi
if ((passed + failed == 0)); then say "no test ran"; fi
# The run says that it failed, and no case does: what happened was outside of any test.
if ((status != 0 && failed == 0)); then
    say "swift test failed (exit code $status)" >>"$failures"
    failed=1
fi

if [[ $checks_format == yes ]]; then
    lint_log=.build/test-lint.log
    make --no-print-directory lint 2>&1 | tee "$lint_log"
    if ((PIPESTATUS[0] != 0)); then count_failure "the format" "$lint_log"; fi
fi
finish "$passed" "$failed"
