# Counts test cases in Swift Testing's event streams (JSON lines, version 6.3), a file each: a test function that takes
# no arguments is one case, a parameterized one as many as it has rows.
# Prints what failed and why, and what was running when a stream stopped; then "COUNTS passed failed skipped".

BEGIN { longestText = 400; textsOfTest = 3 }

# A line with its escapes put away, so that a quote ends a value.
function hidden(line) {
    gsub(/\\\\/, "\001", line)
    gsub(/\\"/, "\002", line)
    return line
}

# The text after a mark, to the next quote.
function after(line, mark,    start, rest) {
    start = index(line, mark)
    if (start == 0) return ""
    rest = substr(line, start + length(mark))
    rest = substr(rest, 1, index(rest, "\"") - 1)
    gsub(/\002/, "\"", rest)
    gsub(/\\[nrt]/, " ", rest)
    gsub(/\\/, "", rest)
    gsub(/\001/, "\\", rest)
    return rest
}

function field(name) { return after(hidden($0), "\"" name "\":\"") }

# Where an issue is, and everything that it says.
function issue(    line, place, number, mark, start, text, said) {
    line = hidden($0)
    place = after(line, "\"fileID\":\"")
    if (match(line, /"line":[0-9]+/)) number = substr(line, RSTART + 7, RLENGTH - 7)
    mark = "\"text\":\""
    line = substr(line, index(line, "\"messages\":["))
    while ((start = index(line, mark)) > 0) {
        line = substr(line, start)
        text = after(line, mark)
        if (text != "Issue recorded") said = said (said == "" ? "" : " | ") text
        line = substr(line, length(mark) + 1)
    }
    return (place == "" ? "" : place ":" number ": ") substr(said, 1, longestText)
}

index($0, "\"kind\":\"test\",") {
    if (index($0, "\"kind\":\"function\"")) {
        isFunction[field("id")] = 1
        if (index($0, "\"isParameterized\":true")) hasRows[field("id")] = 1
    }
    next
}

index($0, "\"kind\":\"runEnded\"") { runsEnded++ }
index($0, "\"kind\":\"testStarted\"") { started[field("testID")] = 1 }
index($0, "\"kind\":\"testEnded\"") { ended[field("testID")] = 1 }
index($0, "\"kind\":\"testCaseStarted\"") { rowsStarted[field("testID")]++ }
index($0, "\"kind\":\"testCaseEnded\"") { rowsEnded[field("testID")]++ }
index($0, "\"kind\":\"testSkipped\"") { skipped[field("testID")] = 1 }
index($0, "\"kind\":\"testCancelled\"") { skipped[field("testID")] = 1 }
index($0, "\"kind\":\"testCaseCancelled\"") { rowsSkipped[field("testID")]++ }
index($0, "\"kind\":\"issueRecorded\"") && !index($0, "\"isKnown\":true") && !index($0, "\"isFailure\":false") {
    id = field("testID")
    if (!(id in issues)) order[++failures] = id
    issues[id]++
    if (issues[id] <= textsOfTest) texts[id] = texts[id] "\n    " issue()
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
        inside[id] = 1
    }
    for (i = 1; i <= failures; i++) {
        id = order[i]
        if (issues[id] == 0) continue
        # Of a suite's set-up, or of no test at all.
        if (!(id in inside)) failed += 1
        print "failed" (id in inside ? "" : " outside of a test") (id == "" ? "" : ": " id) texts[id]
        if (issues[id] > textsOfTest) print "    and " issues[id] - textsOfTest " more issues"
    }
    # Each file is a run of the test program.
    if (NR > 0 && runsEnded < ARGC - 1) {
        print "the tests stopped before their end"
        if (failed == 0) failed = 1
    }
    print "COUNTS " passed + 0, failed + 0, skips + 0
}
