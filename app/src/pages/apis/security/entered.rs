//! What the form of the Security tab sends.

use serde::{Deserialize, Serialize};

use crate::forms::Password;

/// The form's fields as they come.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Entered {
    pub revision: String,
    /// [`NONE`], [`BASIC`] or [`CERTIFICATE`].
    pub credential: String,
    pub username: String,
    /// Empty keeps the one that is in the policy.
    pub password: Password,
    /// A certificate's id, [`AS_IN_POLICY`], or empty.
    pub certificate: String,
    /// What the certificates are searched for.
    pub find: String,
    /// [`SYSTEM`], [`UPLOADED`], [`ONLY`] or [`OFF`].
    pub chain: String,
    /// The ids of uploaded CA certificates.
    pub uploaded: Vec<String>,
    /// PEM text; empty keeps the certificates that are there.
    pub authorities: String,
    /// [`ADDRESS`], [`NAMED`] or [`OFF`].
    pub name: String,
    pub server_name: String,
    /// [`NONE`], [`CHECKED`] or [`OWN`].
    pub callers: String,
    /// [`YES`] or empty, like all that begin so.
    pub check_authorities: String,
    /// [`THESE`] or [`ANY`] of the uploaded CA certificates.
    pub issued_by: String,
    /// The ids of CA certificates that issue client certificates.
    pub issuers: Vec<String>,
    /// [`CHECKED`] or [`OFF`].
    pub revocation: String,
    pub check_expired: String,
    pub check_names: String,
    pub check_thumbprints: String,
    pub check_uploaded: String,
    pub issuer: String,
    pub subject: String,
    pub thumbprints: String,
}

#[cfg(feature = "ssr")]
impl Entered {
    /// The form on its page, with everything that was entered but the password.
    #[must_use]
    pub fn posted(&self, address: &str) -> crate::post::Posted {
        let searching = crate::address::with_query(address, &[("find", &self.find)]);
        crate::post::Posted::on(format!("{searching}#{ANSWER}"), super::FORM)
            .with("revision", &self.revision)
            .with("credential", &self.credential)
            .with("username", &self.username)
            .with("certificate", &self.certificate)
            .with("chain", &self.chain)
            .with("uploaded", &self.uploaded.join(" "))
            .with("authorities", &self.authorities)
            .with("name", &self.name)
            .with("server_name", &self.server_name)
            .with("callers", &self.callers)
            .with("check_authorities", &self.check_authorities)
            .with("issued_by", &self.issued_by)
            .with("issuers", &self.issuers.join(" "))
            .with("revocation", &self.revocation)
            .with("check_expired", &self.check_expired)
            .with("check_names", &self.check_names)
            .with("check_thumbprints", &self.check_thumbprints)
            .with("check_uploaded", &self.check_uploaded)
            .with("issuer", &self.issuer)
            .with("subject", &self.subject)
            .with("thumbprints", &self.thumbprints)
    }

    /// What was chosen.
    ///
    /// # Errors
    /// Field `certificate`; all others are judged where they are saved.
    pub fn form(&self) -> Result<management::security::SecurityForm, management::error::Error> {
        use management::security::{ChainForm, NameForm, SecurityForm};

        let chain = match self.chain.as_str() {
            ONLY if self.authorities.trim().is_empty() => ChainForm::Keep,
            ONLY => ChainForm::Only(self.authorities.clone()),
            UPLOADED => ChainForm::Uploaded(self.uploaded.clone()),
            OFF => ChainForm::Off,
            _ => ChainForm::System,
        };
        let name = match self.name.as_str() {
            NAMED => NameForm::Named(self.server_name.clone()),
            OFF => NameForm::Off,
            _ => NameForm::Address,
        };
        Ok(SecurityForm { credential: self.credential()?, callers: self.callers(), chain, name })
    }

    /// Whether clients are checked, but by nothing that nobody can make up.
    #[must_use]
    pub fn lets_anyone_in(&self) -> bool {
        let vouchers = [&self.check_authorities, &self.check_thumbprints, &self.check_uploaded];
        self.callers == CHECKED && vouchers.iter().all(|ticked| ticked.as_str() != YES)
    }

    fn callers(&self) -> management::callers::CallersForm {
        use management::callers::{AuthoritiesForm, CallersForm, ChecksForm};

        let authorities = || AuthoritiesForm {
            ids: (self.issued_by != ANY).then(|| self.issuers.clone()),
            revocation: self.revocation == CHECKED,
        };
        match self.callers.as_str() {
            NONE => CallersForm::Unchecked,
            CHECKED => CallersForm::Checked(ChecksForm {
                authorities: (self.check_authorities == YES).then(authorities),
                not_expired: self.check_expired == YES,
                names: (self.check_names == YES).then(|| (self.issuer.clone(), self.subject.clone())),
                thumbprints: (self.check_thumbprints == YES).then(|| self.thumbprints.clone()),
                uploaded: self.check_uploaded == YES,
            }),
            // Whoever says nothing about it, takes no check away.
            _ => CallersForm::Keep,
        }
    }

    fn credential(&self) -> Result<domain::credential::NewCredential, management::error::Error> {
        use domain::credential::NewCredential;
        use domain::secret::Secret;
        use management::error::{Error, Problem};

        match (self.credential.as_str(), self.certificate.as_str()) {
            (BASIC, _) => {
                let typed = self.password.clone();
                let password = (!typed.expose().is_empty()).then(|| Secret::from(typed));
                Ok(NewCredential::Basic { username: self.username.clone(), password })
            }
            (CERTIFICATE, "") => Err(Error::invalid("certificate", Problem::Missing)),
            (CERTIFICATE, AS_IN_POLICY) => Ok(NewCredential::Keep),
            (CERTIFICATE, id) => {
                let id = id.parse().map_err(|_| Error::invalid("certificate", Problem::NoSuchCertificate))?;
                Ok(NewCredential::Certificate(id))
            }
            _ => Ok(NewCredential::None),
        }
    }
}

/// Nothing is shown to the backend.
pub const NONE: &str = "none";
/// User name and password.
pub const BASIC: &str = "basic";
/// A client certificate.
pub const CERTIFICATE: &str = "certificate";
/// The certificate that the policy names by thumbprint. No id begins with an underscore.
pub const AS_IN_POLICY: &str = "_policy";
/// The chain must end at one of the uploaded CA certificates that were chosen.
pub const UPLOADED: &str = "uploaded";
/// The chain may end at any certificate authority that the machine trusts, or that is uploaded.
pub const SYSTEM: &str = "system";
/// The chain must end at one of the pasted certificates.
pub const ONLY: &str = "only";
/// Chain or name isn't checked.
pub const OFF: &str = "off";
/// The name is that of the backend's address.
pub const ADDRESS: &str = "address";
/// The name is written in the form.
pub const NAMED: &str = "named";
/// Those CA certificates that are ticked.
pub const THESE: &str = "these";
/// Any uploaded CA certificate.
pub const ANY: &str = "any";
/// Client certificates, or their revocation, are checked as the form says.
pub const CHECKED: &str = "checked";
/// Client certificates are checked as a person wrote it into the policy.
pub const OWN: &str = "own";
/// A box is ticked.
pub const YES: &str = "yes";
/// The id of the box with the outcome of a try or a search.
pub const ANSWER: &str = "answer";

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use domain::credential::NewCredential;
    use management::error::{Error, Problem};
    use management::security::{ChainForm, NameForm};

    use super::Entered;

    fn entered(credential: &str, certificate: &str) -> Entered {
        Entered {
            credential: credential.to_owned(),
            certificate: certificate.to_owned(),
            ..Entered::default()
        }
    }

    #[test]
    fn a_certificate_named_by_thumbprint_is_kept_and_an_empty_choice_is_refused() {
        let kept = entered("certificate", "_policy").form().unwrap();
        assert_eq!(kept.credential, NewCredential::Keep);
        let chosen = entered("certificate", "partner").form().unwrap();
        assert_eq!(chosen.credential, NewCredential::Certificate("partner".parse().unwrap()));
        let Err(Error::Invalid(found)) = entered("certificate", "").form() else { panic!("it was taken") };
        assert_eq!((found[0].field, &found[0].problem), ("certificate", &Problem::Missing));
        let none = entered("none", "partner").form().unwrap();
        assert_eq!(none.credential, NewCredential::None);
    }

    #[test]
    fn an_empty_password_and_an_empty_list_of_authorities_keep_what_is_there() {
        let fields =
            Entered { username: "gateway".to_owned(), chain: "only".to_owned(), ..entered("basic", "") };
        let form = fields.form().unwrap();
        let NewCredential::Basic { username, password } = form.credential else { panic!("not basic") };
        assert_eq!((username.as_str(), password), ("gateway", None));
        assert!(matches!(form.chain, ChainForm::Keep));
        assert!(matches!(form.name, NameForm::Address));
    }
}
