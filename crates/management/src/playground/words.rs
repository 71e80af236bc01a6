//! What a statement wishes for, in words.

use policy::effect::{Effect, HeaderAction, SetHeader, Target};

/// What is done, or would be; none if the outcome says it better.
pub(crate) fn wish(effect: &Effect<'_>) -> Option<String> {
    Some(match effect {
        Effect::SetHeader { target, header } => set_header(*target, header),
        Effect::SetBody { target, body } => {
            format!("sets the body of the {}: {} bytes", side(*target), body.0.len())
        }
        Effect::SetStatus { code, .. } => format!("sets the status to {code}"),
        Effect::SetMethod { method } => format!("sets the method to {method}"),
        Effect::RewriteUri { to, .. } => format!("rewrites the path to {to}"),
        Effect::SetQueryParameter { name, .. } => format!("changes the query parameter {name}"),
        Effect::SetBackend { base_url, .. } => format!("sets the backend to {base_url}"),
        Effect::UsePfx { .. } => "brings a certificate along".to_owned(),
        Effect::UseBasic { username, .. } => format!("chooses basic authentication as {username}"),
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
        Effect::Return { reply, .. } => format!("answers with status {}", reply.status),
        Effect::EmitMetric(metric) => format!("would add to the metric {}", metric.name),
        Effect::Trace(trace) => format!("{}: {}", trace.source, trace.message),
        Effect::ValidateJwt(_) => "would have the gateway judge a token".to_owned(),
        Effect::UseCertificate { .. }
        | Effect::Buffer { .. }
        | Effect::ValidateCertificate(_)
        | Effect::Fail { .. }
        | Effect::Answer => return None,
    })
}

fn set_header(target: Target, header: &SetHeader) -> String {
    let done = match header.action {
        HeaderAction::Override => "sets",
        HeaderAction::Skip => "sets, if there is none,",
        HeaderAction::Append => "adds to",
        HeaderAction::Delete => "removes",
    };
    format!("{done} the header {} of the {}", header.name, side(target))
}

fn side(target: Target) -> &'static str {
    match target {
        Target::Request => "request",
        Target::Response => "answer",
    }
}
