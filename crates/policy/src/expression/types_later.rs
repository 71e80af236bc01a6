//! Types that the language has but that can't be used yet: known by name, refused by name.

/// Whether expressions will be able to use the type.
pub(crate) fn is_later(short: &str) -> bool {
    let short = short.rsplit('.').next().unwrap_or_default();
    LATER.contains(&short)
}

const LATER: &[&str] = &[
    "AdjustmentRule",
    "ExpressionSyntaxExtensions",
    "Extensions",
    "JConstructor",
    "JRaw",
    "Oid",
    "PublicKey",
    "RSACryptoServiceProvider",
    "RSAEncryptionPadding",
    "TransitionTime",
    "XDeclaration",
    "XDocumentType",
    "XNodeDocumentOrderComparer",
    "XNodeEqualityComparer",
];
