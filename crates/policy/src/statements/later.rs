//! Statements of the language that can't be run yet: known by name, refused by name.

/// Whether the language has a statement of this name that isn't supported yet.
pub(crate) fn is_later(name: &str) -> bool {
    LATER.binary_search(&name).is_ok()
}

/// By name, in the order of the alphabet. A statement that gets supported moves to the table.
pub(crate) static LATER: &[&str] = &[
    "authentication-managed-identity",
    "azure-openai-emit-token-metric",
    "azure-openai-semantic-cache-lookup",
    "azure-openai-semantic-cache-store",
    "azure-openai-token-limit",
    "cache-lookup",
    "cache-lookup-value",
    "cache-remove-value",
    "cache-store",
    "cache-store-value",
    "check-header",
    "cors",
    "cosmosdb-data-source",
    "cross-domain",
    "emit-metric",
    "find-and-replace",
    "get-authorization-context",
    "http-data-source",
    "include-fragment",
    "invoke-dapr-binding",
    "ip-filter",
    "json-to-xml",
    "jsonp",
    "limit-concurrency",
    "llm-content-safety",
    "llm-emit-token-metric",
    "llm-semantic-cache-lookup",
    "llm-semantic-cache-store",
    "llm-token-limit",
    "log-to-eventhub",
    "mock-response",
    "proxy",
    "publish-event",
    "publish-to-dapr",
    "quota",
    "quota-by-key",
    "rate-limit",
    "rate-limit-by-key",
    "redirect-content-urls",
    "retry",
    "rewrite-uri",
    "send-one-way-request",
    "send-request",
    "send-service-bus-message",
    "set-backend-service",
    "set-body",
    "set-method",
    "set-query-parameter",
    "set-status",
    "sql-data-source",
    "trace",
    "validate-azure-ad-token",
    "validate-client-certificate",
    "validate-content",
    "validate-graphql-request",
    "validate-headers",
    "validate-jwt",
    "validate-odata-request",
    "validate-parameters",
    "validate-status-code",
    "wait",
    "xml-to-json",
    "xsl-transform",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statements::table::STATEMENTS;

    #[test]
    fn the_names_are_in_order_for_the_search() {
        assert!(LATER.is_sorted());
        assert!(LATER.iter().all(|name| is_later(name)));
    }

    #[test]
    fn no_statement_is_both_supported_and_not() {
        assert!(STATEMENTS.iter().all(|statement| !is_later(statement.name)));
    }
}
