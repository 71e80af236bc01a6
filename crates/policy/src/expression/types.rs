//! The types of expressions, as far as they are known before an expression runs.

use crate::expression::tree::TypeName;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Type {
    /// Something was wrong there, which has been reported.
    Unknown,
    Null,
    Void,
    Object,
    Bool,
    Int,
    Long,
    Double,
    Char,
    String,
    /// `string[]`.
    Texts,
    DateTime,
    TimeSpan,
    /// `StringComparison`.
    Comparison,
    Certificate,
    DistinguishedName,
    Context,
    Request,
    Deployment,
    /// `IReadOnlyDictionary<string, string[]>`: headers and query parameters.
    Headers,
    Variables,
    Url,
    /// The uploaded certificates by id.
    Certificates,
}

impl Type {
    /// As messages call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Type::Unknown | Type::Object => "object",
            Type::Null => "null",
            Type::Void => "void",
            Type::Bool => "bool",
            Type::Int => "int",
            Type::Long => "long",
            Type::Double => "double",
            Type::Char => "char",
            Type::String => "string",
            Type::Texts => "string[]",
            Type::DateTime => "DateTime",
            Type::TimeSpan => "TimeSpan",
            Type::Comparison => "StringComparison",
            Type::Certificate => "X509Certificate2",
            Type::DistinguishedName => "X500DistinguishedName",
            Type::Context => "context",
            Type::Request => "context.Request",
            Type::Deployment => "context.Deployment",
            Type::Headers => "IReadOnlyDictionary<string, string[]>",
            Type::Variables => "context.Variables",
            Type::Url => "IUrl",
            Type::Certificates => "context.Deployment.Certificates",
        }
    }

    pub(crate) fn is_number(self) -> bool {
        matches!(self, Type::Int | Type::Long | Type::Double | Type::Char | Type::Unknown)
    }

    pub(crate) fn is_reference(self) -> bool {
        !matches!(
            self,
            Type::Void
                | Type::Bool
                | Type::Int
                | Type::Long
                | Type::Double
                | Type::Char
                | Type::DateTime
                | Type::TimeSpan
                | Type::Comparison
        )
    }

    /// Whether a value of this type can stand where `wanted` is asked for, without a cast.
    pub(crate) fn fits(self, wanted: Type) -> bool {
        self == wanted
            || self == Type::Unknown
            || wanted == Type::Unknown
            || match (self, wanted) {
                (Type::Void, _) => false,
                (Type::Null, wanted) => wanted.is_reference(),
                (Type::Int, Type::Long | Type::Double) | (Type::Long, Type::Double) => true,
                (Type::Char, Type::Int | Type::Long | Type::Double) => true,
                (_, Type::Object) => true,
                _ => false,
            }
    }

    /// The type of `a ? b : c` and `a ?? b` with these two, if there is one.
    pub(crate) fn common(self, other: Type) -> Option<Type> {
        match (self, other) {
            (Type::Unknown, _) | (_, Type::Unknown) => Some(Type::Unknown),
            (one, two) if one.fits(two) => Some(two),
            (one, two) if two.fits(one) => Some(one),
            _ => None,
        }
    }

    /// Whether the value of a program's variable can be of this type.
    pub(crate) fn can_be_kept(self) -> bool {
        matches!(
            self,
            Type::Unknown
                | Type::Null
                | Type::Object
                | Type::Bool
                | Type::Int
                | Type::Long
                | Type::Double
                | Type::Char
                | Type::String
                | Type::Texts
                | Type::DateTime
                | Type::TimeSpan
        )
    }

    /// Whether its text is what its author meant.
    pub(crate) fn can_be_printed(self) -> bool {
        self.can_be_kept() && self != Type::Texts
    }
}

/// What the name of a type means here.
pub(crate) enum Known {
    Type(Type),
    /// It is on the list of what expressions may use, but can't be used yet.
    Later,
    No,
}

pub(crate) fn known(name: &TypeName) -> Known {
    let short = name.name.rsplit('.').next().unwrap_or_default();
    let plain = match short {
        "bool" | "Boolean" => Type::Bool,
        "int" | "Int32" => Type::Int,
        "long" | "Int64" => Type::Long,
        "double" | "Double" => Type::Double,
        "char" | "Char" => Type::Char,
        "string" | "String" => Type::String,
        "object" | "Object" => Type::Object,
        "DateTime" => Type::DateTime,
        "TimeSpan" => Type::TimeSpan,
        "StringComparison" => Type::Comparison,
        "X509Certificate2" | "X509Certificate" => Type::Certificate,
        _ if is_later(short) => return Known::Later,
        _ => return Known::No,
    };
    match (plain, name.rank, name.nullable) {
        (plain, 0, false) if name.arguments.is_empty() => Known::Type(plain),
        (Type::String, 1, false) => Known::Type(Type::Texts),
        _ => Known::Later,
    }
}

/// The class whose static members a name stands for.
pub(crate) fn class(name: &str) -> Option<&'static str> {
    Some(match name {
        "string" | "String" => "String",
        "int" | "Int32" => "Int32",
        "long" | "Int64" => "Int64",
        "char" | "Char" => "Char",
        "DateTime" => "DateTime",
        "TimeSpan" => "TimeSpan",
        "StringComparison" => "StringComparison",
        "Math" => "Math",
        _ => return None,
    })
}

/// Whether expressions will be able to use the type.
pub(crate) fn is_later(short: &str) -> bool {
    LATER.contains(&short)
}

/// The allow list of the language, without what can be used already.
const LATER: &[&str] = &[
    "Array",
    "AsymmetricAlgorithm",
    "BitConverter",
    "Boolean",
    "Byte",
    "Capture",
    "CipherMode",
    "Convert",
    "DateTimeKind",
    "DateTimeOffset",
    "Decimal",
    "Dictionary",
    "Double",
    "Encoding",
    "Enum",
    "Enumerable",
    "Exception",
    "Formatting",
    "Group",
    "Guid",
    "HMACMD5",
    "HMACSHA1",
    "HMACSHA256",
    "HMACSHA384",
    "HMACSHA512",
    "HashAlgorithm",
    "HashAlgorithmName",
    "HashSet",
    "ICollection",
    "IDictionary",
    "IEnumerable",
    "IEnumerator",
    "IList",
    "IPAddress",
    "IReadOnlyCollection",
    "IReadOnlyDictionary",
    "IResponse",
    "IRequest",
    "ISet",
    "IUrl",
    "Int16",
    "JArray",
    "JConstructor",
    "JContainer",
    "JObject",
    "JProperty",
    "JToken",
    "JTokenType",
    "JValue",
    "JsonConvert",
    "Jwt",
    "KeyValuePair",
    "List",
    "MD5",
    "Match",
    "MidpointRounding",
    "Nullable",
    "Object",
    "Oid",
    "PaddingMode",
    "PublicKey",
    "Queue",
    "RNGCryptoServiceProvider",
    "RSA",
    "RSACertificateExtensions",
    "RSAEncryptionPadding",
    "RSASignaturePadding",
    "Random",
    "Regex",
    "RegexOptions",
    "SByte",
    "SHA1",
    "SHA1Managed",
    "SHA256",
    "SHA256Managed",
    "SHA384",
    "SHA384Managed",
    "SHA512",
    "SHA512Managed",
    "Single",
    "Stack",
    "StringBuilder",
    "StringComparer",
    "StringReader",
    "StringSplitOptions",
    "StringWriter",
    "SymmetricAlgorithm",
    "TimeZone",
    "TimeZoneInfo",
    "Tuple",
    "UInt16",
    "UInt32",
    "UInt64",
    "Uri",
    "UriPartial",
    "WebUtility",
    "X500DistinguishedName",
    "X509ContentType",
    "X509NameType",
    "XAttribute",
    "XCData",
    "XComment",
    "XContainer",
    "XDeclaration",
    "XDocument",
    "XElement",
    "XName",
    "XNamespace",
    "XNode",
    "XText",
    "XmlNodeType",
    "BasicAuthCredentials",
    "byte",
    "sbyte",
    "short",
    "ushort",
    "uint",
    "ulong",
    "float",
    "decimal",
];
