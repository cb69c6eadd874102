# Counts test cases in Swift Testing's event stream (JSON lines, version 6.3): a test function that takes no arguments
# is one case, a parameterized one as many as it has rows.
# Prints what was running when the stream stopped, then "COUNTS passed failed skipped".

function field(name,    mark, start, rest) {
    mark = "\"" name "\":\""
    start = index($0, mark)
    if (start == 0) return ""
    rest = substr($0, start + length(mark))
    # A quote ends the value, unless it is escaped.
    gsub(/\\\\/, "\001", rest)
    gsub(/\\"/, "\002", rest)
    rest = substr(rest, 1, index(rest, "\"") - 1)
    gsub(/\002/, "\"", rest)
    gsub(/\001|\\/, "", rest)
    return rest
}

index($0, "\"kind\":\"test\",") {
    if (index($0, "\"kind\":\"function\"")) {
        isFunction[field("id")] = 1
        if (index($0, "\"isParameterized\":true")) hasRows[field("id")] = 1
    }
    next
}

index($0, "\"kind\":\"runEnded\"") { runEnded = 1 }
index($0, "\"kind\":\"testStarted\"") { started[field("testID")] = 1 }
index($0, "\"kind\":\"testEnded\"") { ended[field("testID")] = 1 }
index($0, "\"kind\":\"testCaseStarted\"") { rowsStarted[field("testID")]++ }
index($0, "\"kind\":\"testCaseEnded\"") { rowsEnded[field("testID")]++ }
index($0, "\"kind\":\"testSkipped\"") { skipped[field("testID")] = 1 }
index($0, "\"kind\":\"testCancelled\"") { skipped[field("testID")] = 1 }
index($0, "\"kind\":\"testCaseCancelled\"") { rowsSkipped[field("testID")]++ }
index($0, "\"kind\":\"issueRecorded\"") && !index($0, "\"isKnown\":true") && !index($0, "\"isFailure\":false") {
    issues[field("testID")]++
}

END {
    for (id in isFunction) {
        if (id in skipped) { skips += 1; delete issues[id]; continue }
        if (!(id in started)) continue
        if (!(id in ended)) print "still running when the tests stopped: " id
        if (id in hasRows) {
            cases = rowsStarted[id]
            open = cases - rowsEnded[id]
            skips += rowsSkipped[id]
            cases -= rowsSkipped[id]
            # Which row an issue is of, is not told: several may be of one row, but no more rows fail than issues are.
            bad = (issues[id] < cases - open ? issues[id] : cases - open) + open
            # Its arguments could not be made, or it ended between two rows.
            if (bad == 0 && (issues[id] > 0 || !(id in ended))) { bad = 1; if (cases == 0) cases = 1 }
        } else {
            cases = 1
            bad = (issues[id] > 0 || !(id in ended)) ? 1 : 0
        }
        passed += cases - bad
        failed += bad
        delete issues[id]
    }
    # Of a suite's set-up, or of no test at all.
    for (id in issues) if (issues[id] > 0) { failed += 1; print "failed outside of a test" (id == "" ? "" : ": " id) }
    if (NR > 0 && !runEnded && failed == 0) { failed = 1; print "the tests stopped before their end" }
    print "COUNTS " passed + 0, failed + 0, skips + 0
}
