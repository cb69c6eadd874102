import Postgres

extension AnswerOnce.Answer {
    /// The same, of what routers hold in memory: they read it again with the commit.
    package func tellingRouters() -> AnswerOnce.Answer {
        var answer = self
        answer.announcement = "select core.bump_snapshot('routing')"
        return answer
    }
}
