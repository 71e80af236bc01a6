//! What an effect does, in words: for traces and the playground.

use crate::effect::{Effect, HeaderAction, SetHeader, Target};

impl Effect<'_> {
    /// What is done. `None` for effects that hosts carry out in different ways, and for those whose outcome says more.
    /// Contains no value of a header, no body and no password.
    #[must_use]
    pub fn in_words(&self) -> Option<String> {
        Some(match self {
            Self::SetHeader { target, header } => set_header(*target, header),
            Self::SetBody { target, body, .. } => {
                format!("sets the body of the {}: {} bytes", target.in_words(), body.0.len())
            }
            Self::SetStatus { code, .. } => format!("sets the status to {code}"),
            Self::SetMethod { method } => format!("sets the method to {method}"),
            Self::SetQueryParameter { name, .. } => format!("changes the query parameter {name}"),
            Self::UsePfx { .. } => "uses a certificate from an expression".to_owned(),
            Self::UseBasic { username, .. } => format!("uses basic authentication as {username}"),
            Self::Return { reply, .. } => format!("returns status {}", reply.status),
            Self::Trace(trace) => format!("{}: {}", trace.source, trace.message),
            Self::RewriteUri { .. }
            | Self::SetBackend { .. }
            | Self::UseCertificate { .. }
            | Self::Forward(_)
            | Self::Call(_)
            | Self::Buffer { .. }
            | Self::CacheLookup { .. }
            | Self::CacheStore { .. }
            | Self::CacheRemove { .. }
            | Self::Count(_)
            | Self::Wait { .. }
            | Self::EmitMetric(_)
            | Self::ValidateJwt(_)
            | Self::ValidateCertificate(_)
            | Self::Fail { .. }
            | Self::Answer => return None,
        })
    }
}

impl Target {
    /// `request` or `response`.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "response",
        }
    }
}

fn set_header(target: Target, header: &SetHeader) -> String {
    let (done, unless) = match header.action {
        HeaderAction::Override => ("sets", ""),
        HeaderAction::Skip => ("sets", " if it is missing"),
        HeaderAction::Append => ("adds to", ""),
        HeaderAction::Delete => ("removes", ""),
    };
    format!("{done} the header {} of the {}{unless}", header.name, target.in_words())
}
