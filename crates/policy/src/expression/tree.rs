//! The tree of an expression as it was written, every node with its place in the code.

use crate::source::Span;

/// An expression. `height` is the number of nodes down to the deepest leaf, which is limited so that
/// whoever walks the tree needn't be afraid of its depth.
#[derive(Clone, Debug)]
pub(crate) struct Expr {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
    pub(crate) height: usize,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Literal(Literal),
    Interpolated(Vec<Piece>),
    /// A name, or a predefined type such as `string`.
    Name(String),
    Member(Box<Member>),
    Index {
        object: Box<Expr>,
        arguments: Vec<Argument>,
        access: Access,
    },
    Call {
        function: Box<Expr>,
        arguments: Vec<Argument>,
    },
    Unary {
        operator: &'static str,
        operand: Box<Expr>,
    },
    /// `x++` and `x--`.
    Postfix {
        operator: &'static str,
        operand: Box<Expr>,
    },
    Binary {
        operator: &'static str,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    Assign {
        operator: &'static str,
        target: Box<Expr>,
        value: Box<Expr>,
    },
    Conditional {
        condition: Box<Expr>,
        then: Box<Expr>,
        otherwise: Box<Expr>,
    },
    Cast {
        to: TypeName,
        operand: Box<Expr>,
    },
    Is {
        operand: Box<Expr>,
        tested: TypeName,
        /// `x is T name`.
        name: Option<Name>,
    },
    As {
        operand: Box<Expr>,
        to: TypeName,
    },
    /// In parentheses: `?.` inside doesn't reach beyond them.
    Parenthesised(Box<Expr>),
    Lambda {
        parameters: Vec<Name>,
        body: Box<LambdaBody>,
    },
    New {
        created: TypeName,
        arguments: Vec<Argument>,
        initialiser: Option<Vec<Expr>>,
    },
    /// `new T[n]`, `new T[] { … }`, `new[] { … }`.
    NewArray {
        element: Option<TypeName>,
        length: Option<Box<Expr>>,
        elements: Option<Vec<Expr>>,
    },
    /// `new { a = 1, b }`.
    Anonymous(Vec<Expr>),
    /// `{ a, b }` as an element of an initialiser.
    Group(Vec<Expr>),
    TypeOf(TypeName),
    /// `throw` as a value, behind `??` or in `?:`.
    Throw(Box<Expr>),
    Default(Option<TypeName>),
}

#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Literal {
    Null,
    Bool(bool),
    Int(i32),
    Long(i64),
    UInt(u32),
    ULong(u64),
    Double(f64),
    Single(f32),
    Decimal(rust_decimal::Decimal),
    Character(u16),
    Text(String),
}

/// A part of an interpolated string.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Text(String),
    Hole { value: Box<Expr>, width: Option<Box<Expr>>, format: Option<String> },
}

/// `object.name<types>`.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) object: Expr,
    pub(crate) name: Name,
    pub(crate) types: Vec<TypeName>,
    pub(crate) access: Access,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Access {
    /// `.` and `[`.
    Plain,
    /// `?.` and `?[`: null if the object is null, and so the rest of the chain.
    NullSafe,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Name {
    pub(crate) text: String,
    pub(crate) span: Span,
}

#[derive(Clone, Debug)]
pub(crate) struct Argument {
    pub(crate) name: Option<Name>,
    pub(crate) passing: Passing,
    pub(crate) value: Expr,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Passing {
    Value,
    /// `out` or `ref`, perhaps with a declaration.
    Reference,
}

#[derive(Clone, Debug)]
pub(crate) enum LambdaBody {
    Expression(Expr),
    Block(Vec<Statement>),
}

/// `Dictionary<string, int>`, `int?`, `string[]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct TypeName {
    /// With the dots of a full name.
    pub(crate) name: String,
    pub(crate) arguments: Vec<TypeName>,
    pub(crate) nullable: bool,
    /// How many `[]` follow.
    pub(crate) rank: usize,
    pub(crate) span: Span,
}

#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub(crate) kind: StatementKind,
    pub(crate) span: Span,
}

#[derive(Clone, Debug)]
pub(crate) enum StatementKind {
    /// `var a = 1, b = 2;`
    Local {
        /// `const`.
        constant: bool,
        declared: Declared,
        variables: Vec<(Name, Option<Expr>)>,
    },
    If {
        condition: Expr,
        then: Box<Statement>,
        otherwise: Option<Box<Statement>>,
    },
    ForEach {
        declared: Declared,
        variable: Name,
        items: Expr,
        body: Box<Statement>,
    },
    For {
        start: Vec<Statement>,
        condition: Option<Expr>,
        update: Vec<Expr>,
        body: Box<Statement>,
    },
    While {
        condition: Expr,
        body: Box<Statement>,
    },
    DoWhile {
        body: Box<Statement>,
        condition: Expr,
    },
    Switch {
        value: Expr,
        arms: Vec<Arm>,
    },
    Try {
        body: Vec<Statement>,
        catches: Vec<Catch>,
        last: Option<Vec<Statement>>,
    },
    Using {
        declared: Declared,
        variable: Name,
        value: Expr,
        body: Box<Statement>,
    },
    Return(Option<Expr>),
    Break,
    Continue,
    Throw(Option<Expr>),
    Function {
        result: TypeName,
        name: Name,
        parameters: Vec<(TypeName, Name)>,
        body: Vec<Statement>,
    },
    Expression(Expr),
    Block(Vec<Statement>),
}

/// The type of a declared name: given, or taken from its value.
#[derive(Clone, Debug)]
pub(crate) enum Declared {
    Var,
    Type(TypeName),
}

/// The labels of a `switch`, none for `default`, and what follows them.
#[derive(Clone, Debug)]
pub(crate) struct Arm {
    pub(crate) labels: Vec<Option<Expr>>,
    pub(crate) body: Vec<Statement>,
}

#[derive(Clone, Debug)]
pub(crate) struct Catch {
    pub(crate) caught: Option<TypeName>,
    pub(crate) name: Option<Name>,
    /// `when (…)`.
    pub(crate) when: Option<Expr>,
    pub(crate) body: Vec<Statement>,
}
