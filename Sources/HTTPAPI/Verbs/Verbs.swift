/// All verbs that are made of `Verb`.
enum Verbs {
    static let all: [Verb] =
        LoginVerbs.all + OwnVerbs.all + UserVerbs.all + RoleVerbs.all + APIKeyVerbs.all + SupportVerbs.all
        + TenantVerbs.all + AccountVerbs.all + WebhookVerbs.all + BillingVerbs.all + InvoiceVerbs.all + PaymentVerbs.all
        + HoldVerbs.all + FlowVerbs.all + RoutingVerbs.all + WhatIfVerbs.all + SheetVerbs.all + TrunkVerbs.all
        + NumberVerbs.all + PortVerbs.all + CallVerbs.all
}
