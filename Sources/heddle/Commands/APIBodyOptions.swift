import ArgumentParser
import Foundation
import Services

/// What is sent along with a request.
struct APIBodyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The body: as it is, of a file, or of standard input. JSON, unless --type says otherwise.",
            valueName: "json, @file or -"))
    var data: String?

    @Option(
        name: .customLong("field"),
        help: ArgumentHelp(
            "A member of the body that is a text; may be given several times.", valueName: "name=value"))
    var fields: [String] = []

    @Option(
        name: .customLong("json-field"),
        help: ArgumentHelp(
            "A member of the body that is JSON, as limit=5; may be given several times.", valueName: "name=value"))
    var jsonFields: [String] = []

    @Option(
        help: ArgumentHelp(
            "A file whose bytes are the body, sent as they are read, however many they are.", valueName: "file"))
    var upload: String?

    @Option(help: ArgumentHelp("What the body is, as text/csv (default: by the file's name).", valueName: "type"))
    var type: String?

    @Option(
        help: ArgumentHelp(
            "By which the server knows the request again (default: a random one); the same request with the same key "
                + "is done once.", valueName: "key"))
    var idempotencyKey: String?

    private static let json = "application/json"
    /// More than a server takes of JSON.
    private static let mostBytes = 32 << 20

    private var hasFields: Bool { !fields.isEmpty || !jsonFields.isEmpty }

    func validate() throws {
        guard [data != nil, hasFields, upload != nil].count(where: { $0 }) <= 1 else {
            throw ValidationError("the body is given by --data, by fields or by --upload: by one of them")
        }
        if type != nil, data == nil, upload == nil {
            throw ValidationError("--type says what --data or --upload is; fields are JSON")
        }
        try APIRequestOptions.checked {
            if hasFields { _ = try RequestFields.object(texts: fields, values: jsonFields) }
            if let upload, type == nil, try UploadedFile(upload).usualType == nil {
                throw ValidationError("say what \(upload) is, with --type, as text/csv")
            }
        }
    }

    /// The file that is sent as it is read, if there is one, and what it is.
    func file() throws -> (file: UploadedFile, type: String)? {
        guard let upload else { return nil }
        let file = try UploadedFile(upload)
        return (file, type ?? file.usualType ?? "application/octet-stream")
    }

    /// The body otherwise.
    func body() throws -> APICall.Body {
        if hasFields {
            let object = try RequestFields.object(texts: fields, values: jsonFields)
            return .bytes(Array(object.text.utf8), type: Self.json)
        }
        guard let data else { return .empty }
        return .bytes(try Self.bytes(data), type: type ?? Self.json)
    }

    private static func bytes(_ data: String) throws -> [UInt8] {
        if data == "-" { return try StandardInput.bytes(upTo: mostBytes) }
        guard data.hasPrefix("@") else { return Array(data.utf8) }
        let path = String(data.dropFirst())
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw CommandFailure("\(path) cannot be read; name another file")
        }
        defer { try? handle.close() }  // it was only read
        return try StandardInput.bytes(of: handle, upTo: mostBytes)
    }
}
