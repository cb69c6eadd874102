import Postgres

extension SQL {
    /// Has each statement of the transaction planned once for all that is asked of it. Without it, one that is given a
    /// list is planned anew each time, for that is thought to pay for short ones: to plan it takes longer than to do
    /// it.
    static let plansOnce: SQL = "set_config('plan_cache_mode', 'force_generic_plan', true)"
}
