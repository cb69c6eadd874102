/// What the two specifications name, section by section, as it stands in the first column of
/// docs/reference/specification.md. A list of its own, so that no row can be dropped there unseen.
enum SpecificationNames {
    /// Every section of the document with the names that have a row in it.
    static var sections: [String: [String]] { callFabric.merging(warp) { first, _ in first } }

    static let callFabric: [String: [String]] = [
        "CallFabric: Overview": [
            "Multi-tenant isolation (all business tables include tenant_id)",
            "Telephony infrastructure (carriers, trunks, phone numbers)",
            "Campaign management (publishers, buyers, campaigns)",
            "Flow-based routing (visual flow builder with nodes and edges)", "Call tracking and CDRs",
            "Billing and invoicing", "Compliance (DNC lists, consent tokens, STIR/SHAKEN)",
            "System integration (webhooks, events, audit logs)",
        ],
        "CallFabric: Entity Relationship Diagram": [
            "cd apps/api", "pnpm db:generate", "docs/erd.png", "Prisma ERD generator",
        ],
        "CallFabric: Multi-Tenant Core": [
            "Tenant", "User", "Role", "UserRole", "ApiKey",
        ],
        "CallFabric: Telephony Infrastructure": [
            "PhoneNumber", "DID numbers (E.164 format)", "Carrier", "Trunk", "SIP/IAX2/WebRTC trunks", "CallerIdPool",
            "CallerIdPoolPhoneNumber",
        ],
        "CallFabric: Campaigns & Publishers/Buyers": [
            "Campaign", "Publisher", "Buyer", "BuyerEndpoint", "SIP URIs or PSTN numbers for buyers",
        ],
        "CallFabric: Flow Routing": [
            "Flow", "FlowVersion", "Node", "Flow nodes (IVR, Queue, Buyer Forward, etc.)", "Edge",
            "Connections between nodes with conditions",
        ],
        "CallFabric: Call Tracking": [
            "Call", "CallLeg", "Cdr", "Recording", "Transcription", "AI transcriptions with metadata", "Tag", "CallTag",
        ],
        "CallFabric: Fields of Call": [
            "callCompleteTimestamp", "callConnectedTimestamp", "previouslyConnectedDate", "publisherId", "buyerId",
            "targetId", "targetGroupId", "campaignName", "publisherName", "buyerName", "targetName", "targetGroupName",
            "callerId", "callerIdAreaCode", "callerIdState", "did", "targetNumber", "connectedDuration",
            "durationFormatted", "connectedDurationFormatted", "recordingUrl", "revenue", "payout", "profit", "cost",
            "Decimal 10,4", "isDuplicate", "converted", "missedCall", "blocked", "paidOut", "previouslyConnected",
            "noPayoutReason", "noConversionReason", "blockReason", "previouslyConnectedTarget",
        ],
        "CallFabric: Billing": [
            "BillingAccount", "RateCard", "Invoice", "InvoiceLine", "Balance",
            "Account balances (available, pending, held)", "Payout",
        ],
        "CallFabric: System & Integration": [
            "Webhook", "Event", "AuditLog", "FeatureFlag",
        ],
        "CallFabric: Compliance & Security": [
            "DncList", "DncListEntry", "ConsentToken", "TrustedForm/Jornaya consent tokens", "StirShakenStatus",
        ],
        "CallFabric: Multi-Tenant Isolation": [
            "All business tables include tenant_id", "Foreign key constraint to Tenant.id",
            "Cascade delete on tenant deletion", "Indexed for performance",
        ],
        "CallFabric: Indexes": [
            "tenant_id on all tenant-scoped tables", "tenant_id + created_at for time-series queries",
            "Foreign key columns", "Status/enum columns for filtering", "Unique constraints where appropriate",
        ],
        "CallFabric: Timestamps": [
            "createdAt", "updatedAt", "via Prisma @updatedAt",
        ],
        "CallFabric: Enums": [
            "Status fields (ACTIVE, INACTIVE, etc.)", "Types (SIP, PSTN, etc.)", "Directions (INBOUND, OUTBOUND)",
            "Various state machines",
        ],
        "CallFabric: JSON Fields": [
            "metadata", "config", "permissions", "rates", "payload",
        ],
        "CallFabric: Key Relationships": [
            "Tenant → All Business Tables (One-to-Many)", "Campaign → Flow (Many-to-One)",
            "Flow → FlowVersion → Nodes/Edges (One-to-Many cascading)", "Call → CallLeg (One-to-Many)",
            "Call → Cdr (One-to-One)", "BillingAccount → RateCard/Invoice/Balance/Payout (One-to-Many)",
        ],
        "CallFabric: Migration Strategy": [
            "Run pnpm db:migrate to create initial migration", "Review migration SQL in prisma/migrations/",
            "Apply migration: pnpm db:migrate:deploy (production)", "Seed data: pnpm db:seed",
        ],
        "CallFabric: Seed Data": [
            "Test tenant", "Admin user", "Roles (admin, publisher, buyer)", "Carrier, trunk, phone numbers",
            "Caller ID pool", "Publisher and buyer with endpoints", "Sample flow (IVR → Queue → Buyer Failover)",
            "Campaign", "Billing account with rate card", "DNC list", "Webhook", "Feature flags",
        ],
    ]

    static let warp: [String: [String]] = [
        "WARP: Overview": [
            "9 logical schemas", "PostgreSQL 15", "foreign key constraints, indexes, and materialized views",
        ],
        "WARP: Database Schemas": [
            "accounts - Customer Account Management", "Central schema for all customer-related data",
            "Links to all other schemas via account_id", "Supports hierarchical accounts for resellers",
            "auth - Authentication & Authorization", "User management and portal access",
            "API key management with rate limiting", "Role-based access control (RBAC)",
            "Session management and audit trails", "numbers - Phone Number Inventory",
            "DID, toll-free, and number management", "Number porting workflow", "E911 address management",
            "Number availability and reservation", "routing - SIP Routing Configuration",
            "Customer SIP trunks and authentication", "Carrier definitions and trunk management",
            "LCR (Least Cost Routing) rate decks", "Routing partitions for multi-tenancy", "cdr - Call Detail Records",
            "Raw CDR storage from Kamailio", "Enriched CDR with LRN/LERG data", "Hourly summaries for reporting",
            "Vendor CDR for reconciliation", "messaging - SMS/MMS Management", "Message Detail Records (MDR)",
            "10DLC campaign management", "Opt-out management", "Webhook delivery tracking",
            "billing - Rating & Invoicing", "Rate plans and customer assignments", "Voice, SMS, and number pricing",
            "Invoice generation and payments", "Tax calculation and compliance", "vendor_mgmt - Third-Party Services",
            "Vendor and carrier management", "Service provider configurations (plugin architecture)",
            "SMPP connectors for SMS", "SLA and performance tracking", "audit - Compliance & Logging",
            "Comprehensive audit trails", "API request logging", "Compliance records (STIR/SHAKEN, E911)",
            "Security incident tracking",
        ],
        "WARP: Key Entity Relationships": [
            "ACCOUNTS ||--o{ USERS : has", "ACCOUNTS ||--o{ API_KEYS : has", "ACCOUNTS ||--o{ TRUNKS : owns",
            "ACCOUNTS ||--o{ DIDS : assigns", "ACCOUNTS ||--o{ CDR : generates", "ACCOUNTS ||--o{ MDR : sends",
            "ACCOUNTS ||--o{ INVOICES : receives", "ACCOUNTS ||--|| ACCOUNT_BALANCE : has",
            "ACCOUNTS ||--|| ACCOUNT_RATE_PLAN : assigned", "TRUNKS ||--o{ TRUNK_ACL : authenticates",
            "TRUNKS ||--o{ CDR : originates", "CARRIERS ||--o{ CARRIER_TRUNKS : provides",
            "CARRIER_TRUNKS ||--o{ RATE_DECK : has_rates", "RATE_PLANS ||--o{ VOICE_RATES : defines",
            "RATE_PLANS ||--o{ MESSAGING_RATES : defines", "RATE_PLANS ||--o{ NUMBER_RATES : defines",
            "CDR ||--|| ENRICHED_CDR : enriches", "CDR ||--o{ VENDOR_CDR : reconciles",
            "DIDS ||--|| INVENTORY : reserves", "DIDS ||--o{ MDR : receives", "MDR ||--o{ WEBHOOK_ATTEMPTS : delivers",
            "MDR ||--|| CAMPAIGNS_10DLC : associated_with", "INVOICES ||--o{ INVOICE_ITEMS : contains",
            "INVOICES ||--o{ PAYMENT_APPLICATIONS : paid_by", "PAYMENTS ||--o{ PAYMENT_APPLICATIONS : applied_to",
        ],
        "WARP: Tables that only the diagram names": [
            "ACCOUNT_RATE_PLAN", "NUMBER_RATES", "WEBHOOK_ATTEMPTS", "PAYMENT_APPLICATIONS",
        ],
        "WARP: accounts Schema": [
            "accounts", "accounts PK: id", "accounts UK: ban", "contacts", "Multiple contacts per account",
            "account_hierarchy", "Parent/child relationships", "documents", "Contracts, agreements", "feature_flags",
            "Per-account feature toggles",
        ],
        "WARP: auth Schema": [
            "users", "users PK: id", "users UK: email", "api_keys", "api_keys UK: key_prefix", "sessions",
            "permissions", "role_permissions",
        ],
        "WARP: numbers Schema": [
            "inventory", "inventory UK: number", "dids", "dids FK: account_id", "dids UK: number", "toll_free",
            "port_requests", "e911_addresses",
        ],
        "WARP: routing Schema": [
            "trunks", "trunks FK: account_id", "trunk_acl", "IP whitelist for trunks", "carriers", "carrier_trunks",
            "rate_deck", "LCR pricing by prefix", "partitions", "account_partitions",
        ],
        "WARP: cdr Schema": [
            "raw_cdr", "Unprocessed CDRs from Kamailio (partitioned by month)", "enriched_cdr",
            "CDRs with LRN/jurisdiction data", "hourly_summary", "Pre-aggregated metrics", "vendor_cdr",
        ],
        "WARP: messaging Schema": [
            "mdr", "customer_sms_auth", "SMS API/SMPP credentials", "inbound_routes", "DID to webhook/SMPP routing",
            "campaigns_10dlc", "opt_outs", "STOP/START management",
        ],
        "WARP: billing Schema": [
            "account_balance", "Current balance and credit", "rate_plans", "voice_rates", "Per-minute pricing",
            "messaging_rates", "Per-segment pricing", "invoices", "invoice_items", "payments", "usage_summary",
        ],
        "WARP: vendor_mgmt Schema": [
            "vendors", "service_providers", "Plugin configurations", "carriers", "smpp_connectors", "contracts",
            "performance_metrics", "SLA tracking",
        ],
        "WARP: audit Schema": [
            "audit_log", "All system changes", "api_request_log", "API activity (partitioned)", "compliance_records",
            "stir_shaken_certs", "security_incidents",
        ],
        "WARP: Key Design Patterns": [
            "All customer data tables include account_id", "Row-level security via foreign keys",
            "Routing partitions for traffic isolation", "Trigger-based updated_at timestamps",
            "Comprehensive audit_log table", "Old/new value tracking for changes",
            "Monthly partitioning for high-volume tables (CDR, API logs)", "Materialized views for reporting",
            "Extensive indexing on search/join columns", "JSONB columns for flexible metadata",
            "Plugin architecture in vendor_mgmt", "Feature flags for gradual rollouts", "Data retention policies",
            "Encryption references to Secret Manager", "E911 and STIR/SHAKEN tracking",
        ],
        "WARP: Naming Standards": [
            "Tables: plural, snake_case (e.g., accounts, raw_cdr)",
            "Columns: snake_case (e.g., account_id, created_at)", "Primary keys: id (UUID)",
            "Foreign keys: <table>_id (e.g., account_id)", "Timestamps: <action>_at (e.g., created_at, updated_at)",
        ],
        "WARP: Data Types": [
            "IDs: UUID with uuid_generate_v4()", "Money: DECIMAL(12,2) for amounts, DECIMAL(10,6) for rates",
            "Phone numbers: VARCHAR(32) in E.164 format", "Timestamps: TIMESTAMPTZ (always with timezone)",
            "IP addresses: INET type",
        ],
        "WARP: Constraints": [
            "Foreign keys with appropriate CASCADE/RESTRICT", "Check constraints for enums",
            "Unique constraints for business keys", "NOT NULL for required fields",
        ],
        "WARP: Security Considerations": [
            "Passwords stored as hashes (bcrypt)", "API keys stored as SHA256 hashes",
            "Credentials reference Secret Manager", "Row-level security via account_id",
            "API key scopes for fine-grained access", "IP ACLs for trunk authentication",
            "All changes logged to audit.audit_log", "API requests logged with sanitized bodies",
            "Compliance tracking for regulations",
        ],
        "WARP: Performance Considerations": [
            "Monthly partitions for CDR tables", "Automatic partition creation function",
            "Primary key indexes (automatic)", "Foreign key indexes for joins", "Composite indexes for common queries",
            "Partial indexes for filtered queries", "Hourly/daily aggregations", "Carrier performance metrics",
            "Concurrent refresh capability", "Expected via PgBouncer", "Connection limits per service",
            "Read replicas for reporting",
        ],
        "WARP: Maintenance Scripts": [
            "update_updated_at_column()", "calculate_lcr()", "check_e911_compliance()", "cleanup_expired_sessions()",
            "create_monthly_partition()",
        ],
        "WARP: Migration Strategy": [
            "Schema files are numbered for ordered execution", "Each file is transactional (all or nothing)",
            "Seed data separated from schema", "Backwards compatible changes only", "Use migrations for schema updates",
        ],
        "WARP: Connection Information": [
            "Port: 5432", "Database: warp", "SSL: Required in production", "Connection Pooling: Via PgBouncer",
            "Replicas: Read replicas for analytics",
        ],
    ]
}
