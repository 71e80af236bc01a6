//! One statement, checked: what it does and what it needs for that.

use crate::effect::{HeaderAction, Place, Reply, SetHeader};
use crate::expression::compiled::Compiled;
use crate::names_alone::CertificateUse;
use crate::program::CertificateReference;
use crate::statements::authentication::{BasicPlan, CredentialPlan};
use crate::statements::body_conversion::ConversionPlan;
use crate::statements::cache::{LookupPlan, StorePlan};
use crate::statements::check_header::HeaderCheck;
use crate::statements::cors::CorsPlan;
use crate::statements::find_and_replace::ReplacePlan;
use crate::statements::forward_request::ForwardPlan;
use crate::statements::ip_filter::AddressFilter;
use crate::statements::metric::MetricPlan;
use crate::statements::rate_limit::LimitPlan;
use crate::statements::retry::RetryPlan;
use crate::statements::return_response::ReplyPlan;
use crate::statements::rewrite_uri::RewritePlan;
use crate::statements::send_request::CallPlan;
use crate::statements::set_body::BodyPlan;
use crate::statements::set_status::StatusPlan;
use crate::statements::trace::TracePlan;
use crate::statements::validate_certificate::CertificatePlan;
use crate::statements::validate_jwt::JwtPlan;

#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) place: Place,
    pub(crate) action: Action,
    /// Whether it stands in a branch, so that it may not be reached.
    pub(crate) conditional: bool,
    pub(crate) notes: Notes,
}

/// What reading a statement has found beside the statement itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    /// Whether something of it is worked out for each call.
    pub(crate) has_expression: bool,
    /// Whether one of its expressions may ask for the body of the request.
    pub(crate) reads_request: bool,
    /// Whether one of its expressions may ask for the body of the answer.
    pub(crate) reads_response: bool,
    /// Whether it may come to need the key of an uploaded certificate that it doesn't name.
    pub(crate) chooses_certificate: bool,
    /// What it goes by in certificates of clients.
    pub(crate) certificates: CertificateUse,
    /// The certificates it names.
    pub(crate) references: Vec<CertificateReference>,
}

#[derive(Clone, Debug)]
pub(crate) enum Action {
    /// What the broader scope says, here.
    Base,
    UseCredential(CredentialPlan),
    UseBasic(BasicPlan),
    SetHeader(SetHeader),
    SetHeaderFrom(HeaderPlan),
    SetVariable {
        name: String,
        value: Written,
    },
    /// The steps of a branch follow; if the condition doesn't hold, so many steps are left out.
    When {
        condition: Setting<bool>,
        skip: usize,
    },
    /// The end of a branch: so many steps are left out.
    Skip(usize),
    /// The steps that are tried follow.
    BeginRetry,
    /// If they are to be tried again, the run goes so many steps back.
    EndRetry {
        plan: Box<RetryPlan>,
        back: usize,
    },
    Return(Reply),
    ReturnFrom(Box<ReplyPlan>),
    Forward(ForwardPlan),
    SetBody(BodyPlan),
    SetStatus(StatusPlan),
    SetMethod(Written),
    SetBackend(Written),
    RewriteUri(RewritePlan),
    SetQueryParameter {
        name: Written,
        action: Setting<HeaderAction>,
        values: Vec<Written>,
    },
    FindAndReplace(ReplacePlan),
    Convert(Box<ConversionPlan>),
    Cors(Box<CorsPlan>),
    Call(Box<CallPlan>),
    Limit(Box<LimitPlan>),
    LookUp(LookupPlan),
    Store(StorePlan),
    Remove(Written),
    Trace(Box<TracePlan>),
    EmitMetric(Box<MetricPlan>),
    CheckHeader(Box<HeaderCheck>),
    FilterAddress(Box<AddressFilter>),
    ValidateJwt(Box<JwtPlan>),
    ValidateCertificate(Box<CertificatePlan>),
}

/// A text as the document gives it, or the expression that makes it.
#[derive(Clone, Debug)]
pub(crate) enum Written {
    Literal(String),
    Expression(Compiled),
}

/// A value that is read once, or the expression that makes it.
#[derive(Clone, Debug)]
pub(crate) enum Setting<T> {
    Fixed(T),
    Expression(Compiled),
}

/// A `SetHeader` of which something is yet to be worked out.
#[derive(Clone, Debug)]
pub(crate) struct HeaderPlan {
    pub(crate) name: Written,
    pub(crate) action: Setting<HeaderAction>,
    pub(crate) values: Vec<Written>,
}

impl Action {
    /// Whether only the body of the message that the section changes is read.
    pub(crate) fn is_about_one_body(&self) -> bool {
        matches!(self, Action::FindAndReplace(_) | Action::SetBody(BodyPlan::Template(_)))
    }
}

impl Written {
    /// The text, if it is known already.
    pub(crate) fn literal(&self) -> Option<&str> {
        match self {
            Written::Literal(text) => Some(text),
            Written::Expression(_) => None,
        }
    }
}
