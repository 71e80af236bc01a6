//! An expression ready to run: names resolved to slots, members to what they do.

use std::sync::Arc;

use crate::expression::types::Type;
use crate::value::Part;

/// What is run for one `@(…)` or `@{…}`.
#[derive(Clone, Debug)]
pub(crate) struct Compiled {
    pub(crate) body: Arc<Body>,
    /// How many locals there are at most at a time.
    pub(crate) slots: usize,
}

#[derive(Debug)]
pub(crate) enum Body {
    Value(Node),
    Block(Vec<Command>),
}

#[derive(Debug)]
pub(crate) enum Node {
    Null,
    Bool(bool),
    Int(i32),
    Long(i64),
    Double(f64),
    Character(u16),
    Text(Arc<str>),
    Local(usize),
    Part(Part),
    Property {
        object: Box<Node>,
        property: Property,
        null_safe: bool,
    },
    Method {
        object: Box<Node>,
        method: Method,
        arguments: Vec<Node>,
        null_safe: bool,
    },
    Static {
        function: Function,
        arguments: Vec<Node>,
    },
    /// The end of a chain of members, as far as `?.` in it reaches.
    Chain(Box<Node>),
    Not(Box<Node>),
    Negate(Box<Node>),
    Complement(Box<Node>),
    Calculate {
        operator: Calculation,
        left: Box<Node>,
        right: Box<Node>,
    },
    Compare {
        order: Order,
        left: Box<Node>,
        right: Box<Node>,
    },
    Equal {
        left: Box<Node>,
        right: Box<Node>,
        wanted: bool,
    },
    /// As `Equal`, of a thumbprint and a text in which case, blanks, colons and invisible marks don't count.
    SameThumbprint {
        left: Box<Node>,
        right: Box<Node>,
        wanted: bool,
    },
    /// Whether a certificate with this thumbprint is uploaded.
    HasThumbprint(Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Coalesce(Box<Node>, Box<Node>),
    Conditional(Box<[Node; 3]>),
    Cast {
        to: Type,
        operand: Box<Node>,
    },
    /// `is`: false also for null.
    Is {
        tested: Type,
        operand: Box<Node>,
    },
    /// `as`: null for another type.
    As {
        to: Type,
        operand: Box<Node>,
    },
    Concatenate(Vec<Node>),
    /// A hole of an interpolated string with a format.
    Format {
        value: Box<Node>,
        format: Arc<str>,
    },
    Texts(Vec<Node>),
    /// A test of the elements of an array, one after the other put into `slot`.
    Search {
        items: Box<Node>,
        search: Search,
        slot: usize,
        test: Option<Box<Node>>,
    },
    /// Puts a value into a slot; worth that value.
    Assign {
        slot: usize,
        value: Box<Node>,
    },
}

#[derive(Debug)]
pub(crate) enum Command {
    Evaluate(Node),
    If { condition: Node, then: Vec<Command>, otherwise: Vec<Command> },
    ForEach { slot: usize, items: Node, body: Vec<Command> },
    While { condition: Node, body: Vec<Command>, update: Vec<Node> },
    Return(Node),
    Break,
    Continue,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Calculation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    And,
    Or,
    Xor,
    Left,
    Right,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Order {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Search {
    Any,
    All,
    Count,
    First,
    FirstOrDefault,
    Last,
    LastOrDefault,
}

/// A member without arguments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Property {
    /// A part of the call, known without looking at the object.
    Part(Part),
    /// The address of a request, or its query parameters.
    Query,
    RequestId,
    Certificate,
    RequestMethod,
    IpAddress,
    Scheme,
    Host,
    Port,
    Path,
    QueryString,
    Subject,
    Issuer,
    SubjectName,
    IssuerName,
    Name,
    Thumbprint,
    SerialNumber,
    NotBefore,
    NotAfter,
    Length,
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Millisecond,
    Ticks,
    Date,
    TimeOfDay,
    DayOfYear,
    /// In ticks.
    Total(i64),
    /// A unit in ticks, and how many of it are in the next.
    Unit(i64, i64),
}

/// A member with arguments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Method {
    ToText,
    ToTextWithFormat,
    Equals,
    /// `dictionary[name]` and `array[number]`.
    Index,
    ContainsKey,
    /// The values joined with `,`, or what is given instead.
    HeaderOrDefault,
    /// The variable, or what is given instead; of this type.
    VariableOrDefault(Type),
    Contains,
    StartsWith,
    EndsWith,
    IndexOf,
    LastIndexOf,
    Substring,
    Replace,
    Remove,
    Insert,
    Split,
    Trim,
    TrimStart,
    TrimEnd,
    ToLower,
    ToUpper,
    PadLeft,
    PadRight,
    /// A unit in ticks.
    AddUnits(i64),
    AddMonths,
    AddYears,
    AddSpan,
    SubtractTime,
}

/// A static member.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Function {
    Empty,
    IsNullOrEmpty,
    IsNullOrWhiteSpace,
    Equals,
    Concat,
    Join,
    ParseInt,
    ParseLong,
    IsDigit,
    IsLetter,
    Now,
    Today,
    NewDate,
    /// A unit in ticks.
    FromUnits(i64),
    Comparison(i32),
    Max,
    Min,
    Abs,
}
