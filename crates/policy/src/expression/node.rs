//! An expression ready to run: names resolved to slots, members to what they do.

use std::sync::Arc;

use crate::expression::class::Run;
use crate::expression::types::Type;
use crate::value::{Enumeration, Part, Width};

#[derive(Debug)]
pub(crate) enum Body {
    Value(Node),
    Block(Vec<Command>),
}

pub(crate) enum Node {
    Null,
    Bool(bool),
    Int(i32),
    Long(i64),
    Whole(Width, i64),
    Single(f32),
    Double(f64),
    Decimal(rust_decimal::Decimal),
    Character(u16),
    Text(Arc<str>),
    Enumeration(Enumeration),
    Type(Arc<Type>),
    Local(usize),
    Part(Part),
    /// A property: looked up with nothing but its object.
    Property {
        object: Box<Node>,
        member: Called,
        null_safe: bool,
    },
    Call {
        /// None for a static member.
        object: Option<Box<Node>>,
        member: Called,
        arguments: Vec<Node>,
        null_safe: bool,
    },
    /// A call with `out` arguments: what comes out goes into the slots.
    Out {
        call: Box<Node>,
        slots: Vec<usize>,
    },
    /// A member of something whose type isn't known before it runs.
    Late {
        object: Box<Node>,
        name: Arc<str>,
        arguments: Option<Vec<Node>>,
        null_safe: bool,
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
        to: Arc<Type>,
        operand: Box<Node>,
    },
    /// A cast of an `object` to a number.
    Unbox {
        to: Arc<Type>,
        operand: Box<Node>,
    },
    /// `is`: false also for null. With a slot, the value is kept there.
    Is {
        tested: Arc<Type>,
        operand: Box<Node>,
        slot: Option<usize>,
    },
    /// `as`: null for another type.
    As {
        to: Arc<Type>,
        operand: Box<Node>,
    },
    Concatenate(Vec<Node>),
    /// A hole of an interpolated string with a width or a format.
    Format {
        value: Box<Node>,
        width: i32,
        format: Arc<str>,
    },
    Array {
        element: Arc<Type>,
        items: Vec<Node>,
    },
    /// `new T[n]`.
    NewArray {
        element: Arc<Type>,
        length: Box<Node>,
    },
    Anonymous(Vec<(Arc<str>, Node)>),
    /// A new object into which an initialiser puts things.
    Initialise {
        object: Box<Node>,
        slot: usize,
        parts: Vec<Node>,
    },
    Lambda(Arc<Lambda>),
    /// A call of a lambda that a local holds, or of a local function.
    Invoke {
        function: Box<Node>,
        arguments: Vec<Node>,
    },
    /// Puts a value into a slot; worth that value.
    Assign {
        slot: usize,
        value: Box<Node>,
    },
    /// `object[index] = value` and `object.Name = value`.
    Put {
        object: Box<Node>,
        index: Box<Node>,
        value: Box<Node>,
    },
    /// `x++`: puts the new value, is worth the old.
    Postfix {
        old: Box<Node>,
        assign: Box<Node>,
        slot: usize,
    },
    Throw(Box<Node>),
    /// `default(T)` of a type that isn't a number.
    DefaultOf(Arc<Type>),
}

/// A member that a call means.
#[derive(Clone, Copy)]
pub(crate) struct Called {
    pub(crate) name: &'static str,
    pub(crate) run: Run,
    pub(crate) takes_null: bool,
}

/// `(a, b) => …`, or a local function.
#[derive(Debug)]
pub(crate) struct Lambda {
    /// Where its arguments go.
    pub(crate) slots: Vec<usize>,
    pub(crate) body: Body,
    /// The first slot of its own and the one after its last, which a call within a call must not change.
    pub(crate) own: (usize, usize),
}

#[derive(Debug)]
pub(crate) enum Command {
    Evaluate(Node),
    If {
        condition: Node,
        then: Vec<Command>,
        otherwise: Vec<Command>,
    },
    ForEach {
        slot: usize,
        items: Node,
        body: Vec<Command>,
    },
    /// The body is run before the condition is first asked if it says so.
    Loop {
        first_body: bool,
        condition: Node,
        body: Vec<Command>,
        update: Vec<Node>,
    },
    Switch {
        value: Node,
        arms: Vec<(Vec<Option<Node>>, Vec<Command>)>,
    },
    Try {
        body: Vec<Command>,
        catches: Vec<CatchNode>,
        last: Vec<Command>,
    },
    Return(Option<Node>),
    Throw(Option<Node>),
    Break,
    Continue,
}

#[derive(Debug)]
pub(crate) struct CatchNode {
    /// The class of what it catches; none catches all.
    pub(crate) class: Option<&'static str>,
    pub(crate) slot: Option<usize>,
    pub(crate) when: Option<Node>,
    pub(crate) body: Vec<Command>,
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

impl std::fmt::Debug for Node {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Node")
    }
}

impl std::fmt::Debug for Called {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name)
    }
}
