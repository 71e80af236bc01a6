//! The checked form of a document: what is run, shown and composed.

use crate::diagnostic::Diagnostic;
use crate::effect::Target;
use crate::environment::Names;
use crate::source::Span;
use crate::statements::authentication::CredentialPlan;
use crate::step::{Action, Step};

/// A document without errors, ready to run; cheap to read, never changed.
///
/// A program from one document still has holes where `<base/>` stood; they are nothing when it
/// runs alone. `Program::compose` fills them. Its `Debug` shows no password.
#[derive(Clone, Debug, Default)]
pub struct Program {
    sections: Sections,
    references: Vec<CertificateReference>,
    names: Names,
    asks_after_forwarding: bool,
    reads_response: bool,
    chooses_certificate: bool,
    warnings: Vec<Diagnostic>,
}

/// How a document names an uploaded certificate.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum CertificateSelector {
    /// By the name of its slot.
    Id(String),
    /// By the SHA-1 of the certificate: 40 hexadecimal digits, upper case.
    Thumbprint(String),
    /// A CA certificate, by its id: whoever signed a caller's.
    Authority(String),
}

/// A certificate that the document names, and where it does: for the backend, for a call of its own,
/// as an issuer, or as the key of a token.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CertificateReference {
    /// The certificate.
    pub selector: CertificateSelector,
    /// The attribute's value in the text, without quotes.
    pub span: Span,
    /// The line of the value, from 1.
    pub line: u32,
    /// The column of the value, from 1, in characters.
    pub column: u32,
    /// The value in the text with named values in place.
    pub(crate) text_span: Span,
}

/// How the gateway shows itself to the backend, as far as one document says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CredentialSummary {
    /// The document says nothing.
    None,
    /// User name and password.
    Basic {
        /// The user name.
        username: String,
    },
    /// A client certificate.
    Certificate(CertificateSelector),
}

/// A part of a document, run at its time in the life of a call.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Section {
    /// Before the call goes to the backend.
    Inbound,
    /// Around the call to the backend.
    Backend,
    /// When the backend has answered.
    Outbound,
    /// When one of the others failed.
    OnError,
}

/// What applies to all APIs until someone writes otherwise: forward every call.
///
/// Written as `format` writes it, so that its lines are those of the page that shows it.
pub const DEFAULT_GLOBAL: &str = "\
<policies>
    <inbound />
    <backend>
        <forward-request />
    </backend>
    <outbound />
    <on-error />
</policies>
";

/// What a new API gets: everything as the broader scopes say.
pub const EMPTY_API: &str = "\
<policies>
    <inbound>
        <base />
    </inbound>
    <backend>
        <base />
    </backend>
    <outbound>
        <base />
    </outbound>
    <on-error>
        <base />
    </on-error>
</policies>
";

impl Program {
    /// Each certificate that is named, in the order of the document; those that an included fragment
    /// names stand where it is included.
    pub fn references(&self) -> &[CertificateReference] {
        &self.references
    }

    /// The last credential statement directly in `inbound`: the one that holds when it was run, unless a
    /// branch of a `choose` says otherwise.
    pub fn credential(&self) -> CredentialSummary {
        let steps = self.steps(Section::Inbound).iter().rev();
        let mut credentials = steps.filter(|step| !step.conditional).filter_map(|step| match &step.action {
            Action::UseCredential(CredentialPlan::Fixed(selector)) => {
                Some(CredentialSummary::Certificate(selector.clone()))
            }
            Action::UseBasic(plan) => {
                Some(CredentialSummary::Basic { username: plan.username.literal()?.to_owned() })
            }
            _ => None,
        });
        credentials.next().unwrap_or(CredentialSummary::None)
    }

    /// The named values and fragments that the document names.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// What the check found worth a look; none in a composed program, since the places would be in
    /// different documents.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// The effective program of documents from broad to narrow: `<base/>` is replaced by the broader
    /// scope's section. A section that a document doesn't have is inherited; one that it has without
    /// `<base/>` cuts the broader scopes off.
    ///
    /// A call is forwarded once: where a `backend` has a `forward-request` of its own, the inherited
    /// one falls away.
    pub fn compose(scopes: &[&Program]) -> Program {
        let mut sections = Sections::default();
        for (scope, program) in scopes.iter().enumerate() {
            for section in Section::ALL {
                if let Some(own) = program.sections.of(section) {
                    let inherited = sections.of_mut(section).take().unwrap_or_default();
                    *sections.of_mut(section) = Some(fill_in(own, &inherited, scope));
                }
            }
        }
        let mut names = Names::default();
        scopes.iter().for_each(|program| names.extend(&program.names));
        Program::new(sections, names, Vec::new())
    }

    /// Whether a statement may ask about the request or send it once more after it was forwarded, so that
    /// the host must keep what is to be known of it.
    pub fn asks_after_forwarding(&self) -> bool {
        self.asks_after_forwarding
    }

    /// Whether a statement may read the body of the response, or convert it.
    pub fn reads_response(&self) -> bool {
        self.reads_response
    }

    /// Whether an expression says which uploaded certificate is shown or signs: any of them may be
    /// asked for, also those that no document names.
    pub fn chooses_certificate(&self) -> bool {
        self.chooses_certificate
    }

    pub(crate) fn new(sections: Sections, names: Names, warnings: Vec<Diagnostic>) -> Self {
        let steps = Section::ALL.into_iter().filter_map(|section| sections.of(section)).flatten();
        let chooses_certificate = steps.clone().any(|step| step.notes.chooses_certificate);
        let reads = |step: &Step| {
            let converts =
                matches!(step.action, Action::Convert(_)) && step.place.section.target() == Target::Response;
            step.notes.reads_response || converts
        };
        let reads_response = steps.clone().any(reads);
        let references = steps.flat_map(|step| step.notes.references.iter().cloned()).collect();
        let later = [Section::Outbound, Section::OnError];
        let mut later = later.into_iter().filter_map(|section| sections.of(section)).flatten();
        let asks = |step: &Step| {
            step.notes.has_expression
                || matches!(step.action, Action::Call(_) | Action::Convert(_) | Action::Forward(_))
        };
        // A `backend` that does more than forward may do so several times.
        let backend = sections.of(Section::Backend).map_or(0, Vec::len);
        let asks_after_forwarding = backend > 1 || later.any(asks);
        Self {
            sections,
            references,
            names,
            asks_after_forwarding,
            reads_response,
            chooses_certificate,
            warnings,
        }
    }

    /// The steps of a section, none if the document doesn't have it.
    pub(crate) fn steps(&self, section: Section) -> &[Step] {
        self.sections.of(section).map(Vec::as_slice).unwrap_or_default()
    }
}

impl Section {
    /// All four, in the order of a call.
    pub const ALL: [Section; 4] = [Section::Inbound, Section::Backend, Section::Outbound, Section::OnError];

    /// The element that holds it.
    pub fn name(self) -> &'static str {
        match self {
            Section::Inbound => "inbound",
            Section::Backend => "backend",
            Section::Outbound => "outbound",
            Section::OnError => "on-error",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Section::ALL.into_iter().find(|section| section.name() == name)
    }
}

/// The steps of each section; none where the document doesn't have the section.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sections {
    inbound: Option<Vec<Step>>,
    backend: Option<Vec<Step>>,
    outbound: Option<Vec<Step>>,
    on_error: Option<Vec<Step>>,
}

impl Sections {
    pub(crate) fn of(&self, section: Section) -> Option<&Vec<Step>> {
        match section {
            Section::Inbound => self.inbound.as_ref(),
            Section::Backend => self.backend.as_ref(),
            Section::Outbound => self.outbound.as_ref(),
            Section::OnError => self.on_error.as_ref(),
        }
    }

    pub(crate) fn of_mut(&mut self, section: Section) -> &mut Option<Vec<Step>> {
        match section {
            Section::Inbound => &mut self.inbound,
            Section::Backend => &mut self.backend,
            Section::Outbound => &mut self.outbound,
            Section::OnError => &mut self.on_error,
        }
    }
}

/// The steps of a section with those of the broader scope in the place of `<base/>`.
fn fill_in(own: &[Step], inherited: &[Step], scope: usize) -> Vec<Step> {
    let is_forward = |step: &Step| matches!(step.action, Action::Forward(_));
    let forwards = own.iter().any(|step| is_forward(step) && !step.conditional);
    let mut steps = Vec::with_capacity(own.len() + inherited.len());
    for step in own {
        match step.action {
            Action::Base => steps.extend(inherited.iter().cloned().map(|mut step| {
                if forwards && is_forward(&step) {
                    // Branches count their steps, so that one that falls away leaves a hole.
                    step.action = Action::Base;
                }
                step
            })),
            _ => {
                let mut step = step.clone();
                step.place.scope = scope;
                steps.push(step);
            }
        }
    }
    steps
}
