//! What a statement asks its host to do, in words.

use policy::effect::Effect;

/// What is done, or would be; `None` if the outcome says more.
pub(crate) fn wish(effect: &Effect<'_>) -> Option<String> {
    Some(match effect {
        Effect::RewriteUri { to, .. } => format!("rewrites the path to {to}"),
        Effect::SetBackend { base_url, .. } => format!("sets the backend to {base_url}"),
        Effect::Forward(_) => {
            "would send the request to the backend; continues as if the response were 200 with an empty body"
                .to_owned()
        }
        Effect::Call(call) => {
            let url = call.url.as_deref().unwrap_or("the address of the request");
            let on =
                if call.one_way { "" } else { "; continues as if the response were 200 with an empty body" };
            format!("would send a request to {url}{on}")
        }
        Effect::CacheLookup { key } => format!("looks up {key} in the cache, which is empty here"),
        Effect::CacheStore { duration_s, .. } => {
            format!("would store a value in the cache for {duration_s} s")
        }
        Effect::CacheRemove { .. } => "would remove a value from the cache".to_owned(),
        Effect::Count(_) => "would count the request; here it is the first one".to_owned(),
        Effect::Wait { ms } => format!("would wait for {ms} ms"),
        Effect::EmitMetric(metric) => format!("would add to the metric {}", metric.name),
        Effect::ValidateJwt(_) => "continues as if a trusted key had signed the token".to_owned(),
        _ => return effect.in_words(),
    })
}
