import HTTPAPI
import Jobs
import Postgres
import SIPEdge
import Services

/// The numbers of a running heddle, for `/metrics`: of this process as it counts, of the database as it says when
/// asked. All that is asked is answered from small indexes.
struct ReadMetrics: Sendable {
    let databases: Databases
    let routing: RoutingKeeper
    let pipeline: CDRPipeline?
    let routers: [RouterServer]
    /// Of the edge on this machine, where this process has one.
    let spool: MeasureSpool?

    /// More calls than this are counted as this many.
    private static let mostCounted = 1_000_000
    private static let limit = Duration.seconds(5)

    func callAsFunction() async -> [Metric] {
        var metrics: [Metric] = []
        if let pipeline { metrics += Self.pipeline(pipeline.numbers.sums) }
        if !routers.isEmpty { metrics += Self.routers(routers) }
        if let waiting = try? spool?() {  // a spool that cannot be read has no number
            metrics.append(
                Metric("heddle_spool_waiting_bytes", .gauge, "Bytes of CDR files not yet imported.", Double(waiting)))
        }
        metrics.append(
            Metric(
                "heddle_routing_version", .gauge, "Version of the routing data in use.",
                Double(routing.data?.version ?? 0)))
        metrics += await pools()
        metrics += await mail()
        return metrics + (await stored())
    }

    private func mail() async -> [Metric] {
        let row = try? await databases.engine.run(
            """
            select count(*) filter (where o.state in ('ready', 'running')),
                   coalesce(extract(epoch from now() - min(o.created_at)
                                               filter (where o.state in ('ready', 'running')))::float8, 0),
                   count(*) filter (where o.state = 'dead')
              from (select state, created_at from queue.outbox
                     where state in ('ready', 'running', 'dead') and starts_with(topic, 'mail.')
                     limit \(Self.mostCounted)) o
            """, deadline: Self.limit
        ).first(Int.self, Double.self, Int.self)
        guard let (waiting, age, dead) = row else { return [] }
        return [
            Metric("heddle_mail_waiting", .gauge, "Mails that wait to be sent.", Double(waiting)),
            Metric("heddle_mail_oldest_seconds", .gauge, "How long the oldest of them has waited.", age),
            Metric("heddle_mail_dead", .gauge, "Mails of the last weeks that were given up.", Double(dead)),
        ]
    }

    private static func pipeline(_ sums: PipelineNumbers.Sums) -> [Metric] {
        [
            Metric(
                "heddle_cdrs_imported_total", .counter, "CDRs of this machine's edge that were imported.",
                Double(sums.imported)),
            Metric("heddle_cdr_lines_rejected_total", .counter, "CDR lines of it not taken.", Double(sums.rejected)),
            Metric("heddle_cdrs_rated_total", .counter, "Calls rated and posted by this process.", Double(sums.rated)),
            Metric("heddle_cdrs_set_aside_total", .counter, "Calls that could not be rated.", Double(sums.setAside)),
            Metric("heddle_rating_batches_total", .counter, "Batches of calls rated.", Double(sums.batches)),
            Metric("heddle_rating_seconds_total", .counter, "Time that those batches took.", sums.batchSeconds),
            Metric("heddle_rating_last_batch_seconds", .gauge, "Time of the last batch.", sums.lastBatchSeconds),
            Metric("heddle_pipeline_failures_total", .counter, "Rounds that failed.", Double(sums.failures)),
        ]
    }

    private static func routers(_ routers: [RouterServer]) -> [Metric] {
        let quantiles = ["0.5", "0.99"].compactMap { name in Double(name).map { (name, $0) } }
        return [
            Metric(
                "heddle_route_decisions_total", .counter, "Calls that the routers answered.",
                routers.enumerated().map { .init(Double($1.latencies.count), ["router": String($0)]) }),
            Metric(
                "heddle_route_answer_seconds", .gauge, "How long answers took, since the start.",
                routers.enumerated().flatMap { index, router in
                    quantiles.map { name, part in
                        .init(
                            router.latencies.microseconds(at: part) / 1e6, ["router": String(index), "quantile": name])
                    }
                }),
        ]
    }

    private func pools() async -> [Metric] {
        var leased: [Metric.Sample] = []
        var waiting: [Metric.Sample] = []
        for (name, database) in [("engine", databases.engine), ("app", databases.app), ("owner", databases.owner)] {
            let load = await database.load
            leased.append(.init(Double(load.leased), ["pool": name]))
            waiting.append(.init(Double(load.waiting), ["pool": name]))
        }
        return [
            Metric("heddle_pool_leased", .gauge, "Database sessions that are leased out.", leased),
            Metric("heddle_pool_waiting", .gauge, "Tasks that wait for a database session.", waiting),
        ]
    }

    private func stored() async -> [Metric] {
        let row = try? await databases.engine.run(
            """
            select (select count(*) from (select from cdr.raw_cdr where processed_at is null and rating_error is null
                                           limit \(Self.mostCounted)) w),
                   coalesce((select extract(epoch from now() - min(w.created_at))::float8
                               from (select created_at from cdr.raw_cdr
                                      where processed_at is null and rating_error is null
                                      order by started_at, tenant_id, id limit 1000) w), 0),
                   (select count(*) from (select from cdr.raw_cdr
                                           where processed_at is null and rating_error is not null
                                           limit \(Self.mostCounted)) w),
                   (select count(*) from (select from billing.holds where state = 'open' limit \(Self.mostCounted)) w),
                   (select count(*) from (select from messaging.mdr
                                           where posted_at is null and rating_error is not null
                                           limit \(Self.mostCounted)) w),
                   (select coalesce(sum(difference_count), 0)::bigint from cdr.summary_states)
            """, deadline: Self.limit
        ).first(Int.self, Double.self, Int.self, Int.self, Int.self, Int.self)
        guard let (waiting, lag, aside, holds, messagesAside, differences) = row else {
            return [Metric("heddle_database_up", .gauge, "Whether the database answers.", 0)]
        }
        return [
            Metric("heddle_database_up", .gauge, "Whether the database answers.", 1),
            Metric(
                "heddle_cdrs_waiting", .gauge, "Calls that wait to be rated, up to \(Self.mostCounted).",
                Double(waiting)),
            Metric("heddle_cdr_lag_seconds", .gauge, "How long the oldest of them has waited.", lag),
            Metric("heddle_cdrs_aside", .gauge, "Calls that cannot be rated as they are.", Double(aside)),
            Metric("heddle_holds_open", .gauge, "Holds of money that are open.", Double(holds)),
            Metric(
                "heddle_messages_aside", .gauge, "Messages that cannot be charged as they are.", Double(messagesAside)),
            Metric(
                "heddle_sum_differences", .gauge,
                "Sums of the last closed day that are not those of its calls; anything but 0 is a fault.",
                Double(differences)),
        ]
    }
}
