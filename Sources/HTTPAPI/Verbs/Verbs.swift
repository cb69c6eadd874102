/// All verbs that are made of `Verb`.
enum Verbs {
    static let all: [Verb] =
        LoginVerbs.all + OwnVerbs.all + UserVerbs.all + RoleVerbs.all + APIKeyVerbs.all + SupportVerbs.all
        + AccountVerbs.all + WebhookVerbs.all + BillingVerbs.all + FlowVerbs.all + RoutingVerbs.all + NumberVerbs.all
        + PortVerbs.all + CallVerbs.all + TenantVerbs.all
}
