//! How an effect is printed: as tests and logs want it, without secrets.

use std::fmt;

use crate::effect::Effect;

impl fmt::Debug for Effect<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Effect::UseCertificate { selector, .. } => write!(formatter, "UseCertificate({selector:?})"),
            Effect::UsePfx { pfx, .. } => write!(formatter, "UsePfx({pfx:?})"),
            Effect::UseBasic { username, .. } => write!(formatter, "UseBasic({username:?}, [secret])"),
            Effect::SetHeader { target, header } => write!(formatter, "SetHeader({target:?}, {header:?})"),
            Effect::SetBody { target, body, media_type, .. } => {
                write!(formatter, "SetBody({target:?}, {body:?}")?;
                media_type.map_or(Ok(()), |media_type| write!(formatter, ", {media_type}"))?;
                formatter.write_str(")")
            }
            Effect::SetStatus { code, reason } => write!(formatter, "SetStatus({code}, {reason:?})"),
            Effect::SetMethod { method } => write!(formatter, "SetMethod({method:?})"),
            Effect::RewriteUri { to, copy_unmatched } => {
                write!(formatter, "RewriteUri({to:?}, copy_unmatched: {copy_unmatched})")
            }
            Effect::SetQueryParameter { name, action, values } => {
                write!(formatter, "SetQueryParameter({name:?}, {action:?}, {values:?})")
            }
            Effect::SetBackend { base_url, .. } => write!(formatter, "SetBackend({base_url:?})"),
            Effect::Forward(forward) => write!(formatter, "{forward:?}"),
            Effect::Call(call) => write!(formatter, "{call:?}"),
            Effect::Buffer { target } => write!(formatter, "Buffer({target:?})"),
            Effect::CacheLookup { key } => write!(formatter, "CacheLookup({key:?})"),
            Effect::CacheStore { key, value, duration_s } => {
                write!(formatter, "CacheStore({key:?}, {value:?}, {duration_s} s)")
            }
            Effect::CacheRemove { key } => write!(formatter, "CacheRemove({key:?})"),
            Effect::Count(counter) => write!(formatter, "{counter:?}"),
            Effect::Wait { ms } => write!(formatter, "Wait({ms} ms)"),
            Effect::ValidateJwt(checks) => write!(formatter, "{checks:?}"),
            Effect::ValidateCertificate(checks) => write!(formatter, "{checks:?}"),
            Effect::Trace(trace) => {
                let (source, severity, message) = (&trace.source, trace.severity, &trace.message);
                write!(formatter, "Trace({source:?}, {severity:?}, {message:?}, {:?})", trace.metadata)
            }
            Effect::EmitMetric(metric) => write!(formatter, "{metric:?}"),
            Effect::Return { reply, .. } => write!(formatter, "{reply:?}"),
            Effect::Fail { failure, .. } => {
                let (reason, message, status) = (&failure.reason, &failure.message, failure.status);
                write!(formatter, "Fail({reason}, {message:?}, {status})")
            }
            Effect::Answer => formatter.write_str("Answer"),
        }
    }
}
