import Postgres

/// What a row of a report is about.
package enum ReportGrouping: String, Sendable, CaseIterable {
    case customer
    case carrier
    case destination
    case jurisdiction
    case hour
    case day

    /// The columns that calls are summed up by before names are looked up.
    var key: SQL {
        switch self {
        case .customer: "account_id"
        case .carrier: "carrier_trunk_id"
        case .destination: "prefix, country"
        case .jurisdiction: "jurisdiction"
        case .hour: "hour_at"
        case .day: "on_day"
        }
    }

    /// What people call it, of a row `s` with those columns.
    var name: SQL {
        switch self {
        case .customer:
            """
            coalesce((select a.name || ' (' || a.ban || ')' from accounts.accounts a
                       where a.tenant_id = s.tenant_id and a.id = s.account_id), 'nobody')
            """
        case .carrier:
            """
            coalesce((select c.name || ' / ' || t.name
                        from routing.carrier_trunks t
                        join routing.carriers c on c.tenant_id = t.tenant_id and c.id = t.carrier_id
                       where t.tenant_id = s.tenant_id and t.id = s.carrier_trunk_id), 'none')
            """
        case .destination: "coalesce(nullif(concat_ws(' ', '+' || nullif(s.prefix, ''), s.country), ''), 'unknown')"
        case .jurisdiction: "coalesce(s.jurisdiction, 'none')"
        case .hour: "to_char(s.hour_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:00\"Z\"')"
        case .day: "s.on_day::text"
        }
    }

    /// The instant that it begins at, of such a row.
    var instant: SQL {
        switch self {
        case .hour: "s.hour_at"
        case .day: "s.on_day::timestamp at time zone 'UTC'"
        default: "null::timestamptz"
        }
    }

    /// What a picture of it would be over.
    package var unit: TimePlot.Unit? {
        switch self {
        case .hour: .hour
        case .day: .day
        default: nil
        }
    }
}
