//! What an effect does, in words: for traces, and for calls that nobody makes.

use crate::effect::{Effect, HeaderAction, SetHeader, Target};

impl Effect<'_> {
    /// What is done, as far as that is the same whoever does it. None of what a host does in its own way or what its
    /// outcome says better. Of headers and bodies it tells names and sizes, of credentials the user's name at most.
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
            Self::UsePfx { .. } => "brings a certificate along".to_owned(),
            Self::UseBasic { username, .. } => format!("chooses basic authentication as {username}"),
            Self::Return { reply, .. } => format!("answers with status {}", reply.status),
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
    /// The word of the message.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Response => "answer",
        }
    }
}

fn set_header(target: Target, header: &SetHeader) -> String {
    let done = match header.action {
        HeaderAction::Override => "sets",
        HeaderAction::Skip => "sets, if there is none,",
        HeaderAction::Append => "adds to",
        HeaderAction::Delete => "removes",
    };
    format!("{done} the header {} of the {}", header.name, target.in_words())
}
