import Foundation
import Glibc

/// Why a command could not do what it was asked, in a sentence; the program ends with 1.
struct CommandFailure: Error, Equatable, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Prints a line that somebody waits for: standard output is kept back in blocks when it is not a terminal.
func printAtOnce(_ line: String) {
    print(line)
    fflush(nil)
}

/// Says a sentence on standard error; where nobody reads that any more, there is nobody to tell.
func complain(_ sentence: String) {
    try? FileHandle.standardError.write(contentsOf: Data("\(sentence)\n".utf8))
}
