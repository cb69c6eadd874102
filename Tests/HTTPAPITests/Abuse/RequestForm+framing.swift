// Where a request ends: by its length, or by its chunks (RFC 9112, sections 6 and 7).

extension RequestForm {
    static let lengths: [RequestForm] = [
        .refused("a length, then chunks", "\(opening)Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        .refused("chunks, then a length", "\(opening)Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
        .refused(
            "no length, then chunks", "\(opening)Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        .refused("two lengths", "\(opening)Content-Length: 5\r\nContent-Length: 6\r\n\r\n12345"),
        .refused("the same length twice", "\(opening)Content-Length: 5\r\nContent-Length: 5\r\n\r\n12345"),
        .refused("a list of the same length", "\(opening)Content-Length: 5, 5\r\n\r\n12345"),
        .refused("a length below zero", "\(opening)Content-Length: -1\r\n\r\n"),
        .refused("a length with a sign", "\(opening)Content-Length: +5\r\n\r\n12345"),
        .refused("a length in hexadecimal", "\(opening)Content-Length: 0x5\r\n\r\n12345"),
        .refused("a length with a point", "\(opening)Content-Length: 5.0\r\n\r\n12345"),
        .refused("a length of two words", "\(opening)Content-Length: 5 5\r\n\r\n12345"),
        .refused("a length of nothing", "\(opening)Content-Length:\r\n\r\n"),
        .refused("a length of more than 64 bits", "\(opening)Content-Length: 99999999999999999999\r\n\r\n"),
        .answeredOnce("a length of 2⁶³", "\(opening)Content-Length: 9223372036854775808\r\n\r\n"),
        .answeredOnce("a length of 2⁶⁴ - 1", "\(opening)Content-Length: 18446744073709551615\r\n\r\n"),
        .refused("a length with a space before its colon", "\(opening)Content-Length : 5\r\n\r\n12345"),
        .understood("a length with zeros before it", "\(opening)Content-Length: 0000005\r\n\r\n12345"),
        .understood("a length of a GET", "\(opening)Content-Length: 5\r\n\r\n12345"),
    ]

    static let encodings: [RequestForm] = [
        .answeredOnce("another encoding", "\(opening)Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        .answeredOnce("no encoding", "\(opening)Transfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
        .answeredOnce("an empty encoding", "\(opening)Transfer-Encoding:\r\n\r\n0\r\n\r\n"),
        .answeredOnce("an encoding with a parameter", "\(opening)Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n"),
        .answeredOnce("an encoding in quotation marks", "\(opening)Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n"),
        .answeredOnce("an encoding with space behind it", "\(opening)Transfer-Encoding: chunked \t\r\n\r\n0\r\n\r\n"),
        .refused("chunks that are not the last", "\(opening)Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
        .refused("chunks of chunks", "\(opening)Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
        .refused(
            "chunks twice", "\(opening)Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        .refused(
            "two encodings", "\(opening)Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
        .refused("an encoding with a mark", "\(opening)Transfer-Encoding: \u{b}chunked\r\n\r\n0\r\n\r\n"),
        .refused("an encoding on a line of its own", "\(opening)Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n"),
        .refused("an encoding with a space before its colon", "\(opening)Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
        RequestForm(
            "an encoding that is not known", "\(opening)Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
            [200, 400, 501], .either),
        RequestForm(
            "an encoding of HTTP/1.0", "GET /healthz HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            [200, 400], .dropped),
        .understood("chunks in capitals", "\(opening)TRANSFER-ENCODING: CHUNKED\r\n\r\n0\r\n\r\n"),
        .understood("chunks behind a tab", "\(opening)Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n"),
    ]

    static let chunks: [RequestForm] = [
        .answeredOnce("a chunk of more than 64 bits", "\(chunked)10000000000000000\r\n\r\n"),
        .answeredOnce("a chunk of 2⁶³", "\(chunked)8000000000000000\r\nxx"),
        .answeredOnce("a chunk below zero", "\(chunked)-1\r\n\r\n"),
        .answeredOnce("a chunk with a sign", "\(chunked)+1\r\nx\r\n0\r\n\r\n"),
        .answeredOnce("a chunk in C", "\(chunked)0x1\r\nx\r\n0\r\n\r\n"),
        .answeredOnce("a chunk behind a space", "\(chunked) 1\r\nx\r\n0\r\n\r\n"),
        .answeredOnce("a chunk with a space behind it", "\(chunked)1 \r\nx\r\n0\r\n\r\n"),
        .answeredOnce("a chunk of Swift", "\(chunked)1_0\r\nx\r\n0\r\n\r\n"),
        .answeredOnce("a chunk without a size", "\(chunked)\r\nx\r\n0\r\n\r\n"),
        .answeredOnce("a chunk on a line feed", "\(chunked)1\nx\n0\n\n"),
        .answeredOnce("a chunk that ends in a line feed", "\(chunked)1\r\nx\n0\r\n\r\n"),
        .answeredOnce("a chunk that ends in a carriage return", "\(chunked)1\r\nx\r0\r\n\r\n"),
        .answeredOnce("a chunk without its end", "\(chunked)1\r\nxx\r\n0\r\n\r\n"),
        .answeredOnce("a last chunk on a line feed", "\(chunked)0\n\r\n"),
        .answeredOnce("chunks that end in a line feed", "\(chunked)0\r\n\n"),
        .answeredOnce("an extension with a line feed", "\(chunked)1;a\nx\r\n0\r\n\r\n"),
        .answeredOnce("an extension with a carriage return", "\(chunked)1;a\rb\r\nx\r\n0\r\n\r\n"),
        .answeredOnce("an extension with a zero", "\(chunked)1;a\0b\r\nx\r\n0\r\n\r\n"),
        .understood("a size with many zeros", "\(chunked)\(zeros)\r\n\r\n"),
        .understood("an extension", "\(chunked)1;a=\"b;c\"\r\nx\r\n0\r\n\r\n"),
        RequestForm(
            "a long extension", "\(chunked)1;\(long)\r\nx\r\n0\r\n\r\n",
            [200, 400], .either),
        .understood("a trailer", "\(chunked)0\r\nX: y\r\n\r\n"),
        .understood("a trailer that may not be one", "\(chunked)0\r\nHost: y\r\nAuthorization: Bearer z\r\n\r\n"),
        .answeredOnce("a length as a trailer", "\(chunked)0\r\nContent-Length: 50\r\n\r\n"),
        .answeredOnce("an encoding as a trailer", "\(chunked)0\r\nTransfer-Encoding: chunked\r\n\r\n"),
        .answeredOnce("a request as a trailer", "\(chunked)0\r\nGET /readyz HTTP/1.1\r\n\r\n"),
        .answeredOnce(
            "very many trailers", "\(chunked)0\r\n\(manyFields)\r\n"),
        .answeredOnce(
            "a very long trailer", "\(chunked)0\r\nX: \(long)\r\n\r\n"),
    ]
}
