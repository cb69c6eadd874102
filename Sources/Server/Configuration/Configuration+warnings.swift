import Services

extension Configuration {
    /// What was set and has no effect, in sentences: names that begin like a setting and are none, and settings of a
    /// database that is not used.
    package var oversights: [String] {
        let unknown = environment.keys.sorted().filter { name in
            // What says which server `heddle api` asks is no setting of this one.
            name.hasPrefix("HEDDLE_") && Setting(rawValue: name) == nil && APITarget.Variable(rawValue: name) == nil
        }
        var sentences = unknown.map { name in
            let nearest = Setting.nearest(to: name).map { "; did you mean \($0.rawValue)?" } ?? ""
            return "\(name) is not a setting and has no effect\(nearest)"
        }
        if databaseURL == nil {
            let others: [(Setting, String?)] = [
                (.databaseDirectURL, databaseDirectURL), (.databaseEngineURL, databaseEngineURL),
                (.databaseAppURL, databaseAppURL), (.reportDatabaseURL, reportDatabaseURL),
            ]
            sentences += others.filter { $0.1 != nil }.map {
                "\($0.0.rawValue) has no effect without \(Setting.databaseURL.rawValue): the embedded PostgreSQL "
                    + "is used"
            }
        }
        if mail == nil {
            let others: [Setting] = [.mailFrom, .mailTLS, .mailUser, .mailPassword, .mailRoots, .mailTimeout]
            sentences += others.filter { environment[$0.rawValue]?.isEmpty == false }.map {
                "\($0.rawValue) has no effect without \(Setting.mail.rawValue): mail waits"
            }
        }
        return sentences
    }

    /// Why changes of the routing data will be noticed late, if they will.
    package var listeningWarning: String? {
        guard databaseURL != nil, usesTransactionPooler, databaseDirectURL == nil else { return nil }
        return
            "\(Setting.databaseDirectURL.rawValue) is not set: LISTEN does not work through a transaction pooler, so "
            + "changes of the routing data are found by polling, up to 5 s late"
    }
}
