//! The policy language for editors.

use domain::policy_language::{
    LanguageAttribute, LanguageClass, LanguageElement, LanguageMember, LanguageMemberKind, PolicyLanguage,
};
use domain::user::Actor;
use policy::catalog::{self, Attribute, Entry};
use policy::completion::{self, Class, Kind, Member};

use crate::Management;
use crate::authorize::{Act, allow};
use crate::error::Error;

impl Management {
    /// Everything that an editor of policies can complete.
    ///
    /// # Errors
    /// [`Error::NotAllowed`].
    pub fn policy_language(&self, actor: &Actor) -> Result<PolicyLanguage, Error> {
        allow(actor, Act::Look)?;
        Ok(PolicyLanguage {
            elements: catalog::entries().map(element).collect(),
            classes: completion::classes().map(class).collect(),
        })
    }
}

fn element(entry: Entry) -> LanguageElement {
    LanguageElement {
        name: entry.name.to_owned(),
        sentence: entry.sentence.to_owned(),
        sections: entry.sections.iter().map(|section| section.name().to_owned()).collect(),
        attributes: entry.attributes.iter().map(attribute).collect(),
        children: owned(entry.children),
    }
}

fn attribute(attribute: &Attribute) -> LanguageAttribute {
    LanguageAttribute {
        name: attribute.name.to_owned(),
        values: owned(attribute.values),
        is_required: attribute.is_required,
        takes_expression: attribute.takes_expression,
    }
}

fn class(class: Class) -> LanguageClass {
    let names = std::iter::once(&class.name).chain(class.aliases).map(|name| (*name).to_owned());
    let entries = class.names.iter().map(|name| LanguageMember {
        name: (*name).to_owned(),
        kind: LanguageMemberKind::Property,
        is_static: true,
        signature: format!("{name}: {}", class.name),
        gives: class.name.to_owned(),
    });
    LanguageClass {
        names: names.collect(),
        parameters: class.parameters.to_owned(),
        bases: owned(class.bases),
        members: class.members.into_iter().map(member).chain(entries).collect(),
    }
}

fn member(member: Member) -> LanguageMember {
    LanguageMember {
        name: member.name.to_owned(),
        kind: match member.kind {
            Kind::Property => LanguageMemberKind::Property,
            Kind::Method => LanguageMemberKind::Method,
            Kind::Indexer => LanguageMemberKind::Indexer,
        },
        is_static: member.is_static,
        signature: member.signature.to_owned(),
        gives: member.gives,
    }
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
