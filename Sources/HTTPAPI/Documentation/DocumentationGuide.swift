/// How the API works, in words and by example: the same for all tables.
enum DocumentationGuide {
    struct Part {
        let title: String
        let paragraphs: [String]
        var example = ""
    }

    static let parts: [Part] = [
        Part(
            title: "A first request",
            paragraphs: [
                "A key names the operator and what it permits. It is made by `heddle api key create`, and shown once."
            ],
            example: """
                curl -H "Authorization: Bearer $HEDDLE_KEY" 'http://127.0.0.1:8080/v1/accounts/accounts?limit=2'
                """),
        Part(
            title: "Lists",
            paragraphs: [
                "A list has a page of rows. limit says how many, up to 1000; cursor takes the next_cursor of the page "
                    + "before, which is also the address in the header Link. The newest rows come first, unless order "
                    + "names a field; - before it turns it round. fields chooses what is shown, expand shows rows that "
                    + "a row names, count=true says how many there are.",
                "Every field is a filter: status=active. A comparison stands in brackets: [ne], [gt], [gte], [lt], "
                    + "[lte], [in] with commas, [null] with true or false; of texts [prefix] and [contains], of lists "
                    + "[has], of addresses [within].",
                "format=csv and format=jsonl give all rows, however many.",
            ],
            example: """
                curl -g -H "Authorization: Bearer $HEDDLE_KEY" \\
                  'http://127.0.0.1:8080/v1/cdr/enriched_cdr?started_at[gte]=2026-11-01T00:00:00Z&format=csv'
                """),
        Part(
            title: "Writing",
            paragraphs: [
                "POST makes a row, PATCH changes the fields that it names, DELETE deletes. POST …/bulk makes or "
                    + "changes up to 10000 rows that have the same fields, all of them or none; match names the "
                    + "fields by which a row is known that is there.",
                "With an Idempotency-Key the same request again gets the same answer for a day, and nothing is done "
                    + "twice. With If-Match, which takes the ETag of a row, a row is only changed if nobody else has "
                    + "changed it.",
            ],
            example: """
                curl -H "Authorization: Bearer $HEDDLE_KEY" -H 'Content-Type: application/json' \\
                  -H "Idempotency-Key: $(uuidgen)" http://127.0.0.1:8080/v1/accounts/accounts \\
                  -d '{"ban":"AC-1001","name":"Alder & Co","currency":"USD"}'
                """),
        Part(
            title: "Values",
            paragraphs: [
                "Times are UTC with a zone, amounts and prices decimal numbers as texts, phone numbers E.164, ids "
                    + "UUIDs. A decimal with more places than are kept is refused, never rounded."
            ]),
        Part(
            title: "Problems",
            paragraphs: [
                "What is refused is application/problem+json, and changed nothing. type is the kind, and stays; errors "
                    + "names each value that is wrong, where in the body it is, and what is expected. 400: the request "
                    + "is not as it is documented. 401, 403: the key. 404: there is nothing, or it is another's. 409: "
                    + "it is there, or in use. 412: the row was changed. 422: a rule of the model refuses it. 429: too "
                    + "often; Retry-After says when again. 503: not now; the same request again does nothing twice if "
                    + "it has a key."
            ],
            example: """
                {"type":"urn:heddle:problem:invalid-value","title":"A value is wrong","status":400,
                 "detail":"account_id is \\"x\\", expected a UUID","instance":"urn:uuid:01a2…",
                 "errors":[{"name":"account_id","pointer":"#/account_id","value":"x","expected":"a UUID"}]}
                """),
    ]
}
