extension HTMLText {
    /// The head of a document: who sends it, what it is, and the facts that it is found by.
    mutating func head(of sender: InvoiceDocument.Party, title: String, facts: [(String, String)]) {
        element("header", "top") { page in
            page.element("div", "seller") { page in
                page.element("div", "name", sender.name)
                for line in InvoicePage.address(sender) { page.element("div", "", line) }
                if let email = sender.email { page.element("div", "", email) }
                if let number = sender.taxNumber { page.element("div", "", "Tax ID \(number)") }
            }
            page.element("div", "title") { page in
                page.element("h1", "", title)
                page.element("table", "facts") { table in
                    for (name, value) in facts { table.row([name, value], numbers: [1]) }
                }
            }
        }
    }
}
