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
    "cache-store",
    "cache-value",
    "cosmosdb-data-source",
    "cross-domain",
    "get-authorization-context",
    "http-data-source",
    "invoke-dapr-binding",
    "invoke-request",
    "jsonp",
    "limit-concurrency",
    "llm-content-safety",
    "llm-emit-token-metric",
    "llm-semantic-cache-lookup",
    "llm-semantic-cache-store",
    "llm-token-limit",
    "log-to-eventhub",
    "proxy",
    "publish-event",
    "publish-to-dapr",
    "quota",
    "quota-by-key",
    "redirect-content-urls",
    "send-service-bus-message",
    "set-graphql-resolver",
    "sql-data-source",
    "validate-azure-ad-token",
    "validate-content",
    "validate-graphql-request",
    "validate-headers",
    "validate-odata-request",
    "validate-parameters",
    "validate-status-code",
    "wait",
    "xsl-transform",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statements::table::ELEMENTS;

    #[test]
    fn the_names_are_in_order_for_the_search() {
        assert!(LATER.is_sorted());
        assert!(LATER.iter().all(|name| is_later(name)));
    }

    #[test]
    fn no_statement_is_both_supported_and_not() {
        assert!(ELEMENTS.iter().all(|element| !is_later(element.name)));
    }
}
