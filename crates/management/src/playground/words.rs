//! What a statement wishes for, in words.

use policy::effect::Effect;

/// What is done, or would be; none if the outcome says it better.
pub(crate) fn wish(effect: &Effect<'_>) -> Option<String> {
    Some(match effect {
        Effect::RewriteUri { to, .. } => format!("rewrites the path to {to}"),
        Effect::SetBackend { base_url, .. } => format!("sets the backend to {base_url}"),
        Effect::Forward(_) => {
            "would call the backend; it goes on as if that had answered 200 with an empty body".to_owned()
        }
        Effect::Call(call) => {
            let url = call.url.as_deref().unwrap_or("the request's address");
            let on =
                if call.one_way { "" } else { "; it goes on as if that had answered 200 with an empty body" };
            format!("would call {url}{on}")
        }
        Effect::CacheLookup { key } => format!("looks up {key} in a cache that is empty here"),
        Effect::CacheStore { duration_s, .. } => format!("would keep a value for {duration_s} s"),
        Effect::CacheRemove { .. } => "would forget a value".to_owned(),
        Effect::Count(_) => "would count the call; here it is the first one".to_owned(),
        Effect::Wait { ms } => format!("would wait for {ms} ms"),
        Effect::EmitMetric(metric) => format!("would add to the metric {}", metric.name),
        Effect::ValidateJwt(_) => "goes on as if the token were signed by a key that it trusts".to_owned(),
        _ => return effect.in_words(),
    })
}
