//! C# code to words.

use crate::blank::is_blank;
use crate::expression::tokens::{Number, Token, TokenKind, Tokens, Wrong};
use crate::source::Span;

/// Reads all words, or gives the first thing that is none. Takes time in proportion to the code.
pub(crate) fn lex(code: &str) -> Result<Tokens, Wrong> {
    let mut lexer = Lexer { code, at: 0, list: Vec::new(), open: Vec::new() };
    lexer.run()?;
    let end = Span::empty(code.len());
    lexer.list.push(Token { kind: TokenKind::End, span: end });
    let closers = match_brackets(&lexer.list);
    Ok(Tokens { list: lexer.list, closers })
}

struct Lexer<'c> {
    code: &'c str,
    at: usize,
    list: Vec<Token>,
    open: Vec<Open>,
}

#[derive(Clone, Copy)]
enum Open {
    Bracket,
    /// A hole of a string, which is verbatim or not.
    Hole(Quoting),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quoting {
    Regular,
    Verbatim,
}

impl Lexer<'_> {
    fn run(&mut self) -> Result<(), Wrong> {
        while let Some(character) = self.peek() {
            let start = self.at;
            match character {
                '/' if self.rest().starts_with("//") => self.skip_line(),
                '/' if self.rest().starts_with("/*") => self.skip_comment(),
                '"' if self.rest().starts_with("\"\"\"") => {
                    return Err(Wrong::newer(Span::new(start, start + 3), "a raw string"));
                }
                '"' => self.text(start, Quoting::Regular)?,
                '@' | '$' => self.prefixed(start)?,
                '\'' => self.character(start)?,
                '0'..='9' => self.number(start)?,
                '.' if self.peek_at(1).is_some_and(|next| next.is_ascii_digit()) => self.number(start)?,
                _ if is_blank(character) => {
                    self.bump();
                }
                _ if begins_name(character) => {
                    let name = self.name();
                    self.push(TokenKind::Name(name), start);
                }
                _ => self.mark(start, character)?,
            }
        }
        Ok(())
    }

    fn mark(&mut self, start: usize, character: char) -> Result<(), Wrong> {
        let in_hole = matches!(self.open.last(), Some(Open::Hole(_)));
        if in_hole && character == '}' {
            return self.close_hole(start, None);
        }
        if in_hole && character == ':' && !self.rest().starts_with("::") {
            self.bump();
            let rest = self.rest();
            let length = rest.find('}').ok_or_else(|| unclosed(start))?;
            let format = rest.get(..length).unwrap_or_default().to_owned();
            self.at += length;
            return self.close_hole(start, Some(format));
        }
        let Some(mark) = MARKS.iter().find(|mark| self.rest().starts_with(**mark)) else {
            let span = Span::new(start, start + character.len_utf8());
            return Err(Wrong::syntax(span, format!("unexpected character `{}`", character.escape_debug())));
        };
        self.at += mark.len();
        match *mark {
            "(" | "[" | "{" => self.open.push(Open::Bracket),
            ")" | "]" | "}" => {
                self.open.pop();
            }
            _ => {}
        }
        self.push(TokenKind::Mark(mark), start);
        Ok(())
    }

    fn close_hole(&mut self, start: usize, format: Option<String>) -> Result<(), Wrong> {
        let Some(Open::Hole(quoting)) = self.open.pop() else { return Err(unclosed(start)) };
        self.bump();
        self.push(TokenKind::HoleEnd(format), start);
        self.interpolated(start, quoting)
    }

    /// After `@` or `$`: a string of another kind, or a name.
    fn prefixed(&mut self, start: usize) -> Result<(), Wrong> {
        let rest = self.rest();
        if rest.starts_with("$@\"") || rest.starts_with("@$\"") {
            self.at += 2;
            self.open_interpolated(start, Quoting::Verbatim)
        } else if rest.starts_with("$\"") {
            self.at += 1;
            self.open_interpolated(start, Quoting::Regular)
        } else if rest.starts_with("@\"") {
            self.at += 1;
            self.text(start, Quoting::Verbatim)
        } else if rest.starts_with('@') && self.peek_at(1).is_some_and(begins_name) {
            self.bump();
            let name = self.name();
            self.push(TokenKind::EscapedName(name), start);
            Ok(())
        } else {
            Err(Wrong::syntax(Span::new(start, start + 1), "there is something here that is no C#"))
        }
    }

    fn text(&mut self, start: usize, quoting: Quoting) -> Result<(), Wrong> {
        self.bump();
        let mut text = String::new();
        loop {
            let at = self.at;
            match self.bump().ok_or_else(|| unclosed(start))? {
                '"' if quoting == Quoting::Verbatim && self.peek() == Some('"') => {
                    self.bump();
                    text.push('"');
                }
                '"' => break,
                '\\' if quoting == Quoting::Regular => text.push(self.escape(at)?),
                '\n' | '\r' if quoting == Quoting::Regular => return Err(unclosed(start)),
                plain => text.push(plain),
            }
        }
        self.push(TokenKind::Text(text), start);
        Ok(())
    }

    fn open_interpolated(&mut self, start: usize, quoting: Quoting) -> Result<(), Wrong> {
        self.bump();
        self.push(TokenKind::InterpolationStart, start);
        self.interpolated(start, quoting)
    }

    /// Inside an interpolated string, up to its end or the next hole.
    fn interpolated(&mut self, start: usize, quoting: Quoting) -> Result<(), Wrong> {
        let mut text = String::new();
        let text_start = self.at;
        loop {
            let at = self.at;
            match self.bump().ok_or_else(|| unclosed(start))? {
                '"' if quoting == Quoting::Verbatim && self.peek() == Some('"') => {
                    self.bump();
                    text.push('"');
                }
                '"' => {
                    self.push(TokenKind::InterpolationText(text), text_start);
                    self.push(TokenKind::InterpolationEnd, at);
                    return Ok(());
                }
                '{' if self.peek() != Some('{') => {
                    self.push(TokenKind::InterpolationText(text), text_start);
                    self.push(TokenKind::HoleStart, at);
                    self.open.push(Open::Hole(quoting));
                    return Ok(());
                }
                brace @ ('{' | '}') => {
                    if self.peek() == Some(brace) {
                        self.bump();
                    } else {
                        let message = "a single `}` in an interpolated string is written `}}`";
                        return Err(Wrong::syntax(Span::new(at, at + 1), message));
                    }
                    text.push(brace);
                }
                '\\' if quoting == Quoting::Regular => text.push(self.escape(at)?),
                '\n' | '\r' if quoting == Quoting::Regular => return Err(unclosed(start)),
                plain => text.push(plain),
            }
        }
    }

    fn character(&mut self, start: usize) -> Result<(), Wrong> {
        self.bump();
        let at = self.at;
        let character = match self.bump() {
            Some('\\') => self.escape(at)?,
            Some('\'') | None => {
                return Err(Wrong::syntax(Span::new(start, self.at), "empty character literal"));
            }
            Some(plain) => plain,
        };
        let mut units = [0_u16; 2];
        let one = character.encode_utf16(&mut units).len() == 1;
        if self.peek() != Some('\'') || !one {
            let length = self.rest().find('\'').unwrap_or_default();
            let span = Span::new(start, self.at + length);
            return Err(Wrong::syntax(span, "too many characters in character literal")
                .with_help("text is written in double quotes"));
        }
        self.bump();
        self.push(TokenKind::Character(units[0]), start);
        Ok(())
    }

    /// What stands for a `\` and the characters after it; `at` is the byte of the `\`.
    fn escape(&mut self, at: usize) -> Result<char, Wrong> {
        let letter = self.bump().ok_or_else(|| unclosed(at))?;
        let digits = match letter {
            '\'' | '"' | '\\' => return Ok(letter),
            '0' => return Ok('\0'),
            'a' => return Ok('\u{7}'),
            'b' => return Ok('\u{8}'),
            'f' => return Ok('\u{c}'),
            'n' => return Ok('\n'),
            'r' => return Ok('\r'),
            't' => return Ok('\t'),
            'v' => return Ok('\u{b}'),
            'u' => self.hex(4, 4),
            'U' => self.hex(8, 8),
            'x' => self.hex(1, 4),
            _ => None,
        };
        digits
            .and_then(char::from_u32)
            .ok_or_else(|| Wrong::syntax(Span::new(at, self.at), "unrecognised escape sequence"))
    }

    fn hex(&mut self, least: usize, most: usize) -> Option<u32> {
        let digits = self.rest().bytes().take(most).take_while(u8::is_ascii_hexdigit).count();
        let number = u32::from_str_radix(self.rest().get(..digits)?, 16).ok();
        self.at += digits;
        number.filter(|_| digits >= least)
    }

    fn number(&mut self, start: usize) -> Result<(), Wrong> {
        let rest = self.rest();
        let radix = match rest.get(..2) {
            Some("0x" | "0X") => 16,
            Some("0b" | "0B") => 2,
            _ => 10,
        };
        let mut real = false;
        if radix == 10 {
            self.digits();
            if self.peek() == Some('.') && self.peek_at(1).is_some_and(|next| next.is_ascii_digit()) {
                real = true;
                self.bump();
                self.digits();
            }
            if matches!(self.peek(), Some('e' | 'E')) {
                real = true;
                self.bump();
                if matches!(self.peek(), Some('+' | '-')) {
                    self.bump();
                }
                self.digits();
            }
        } else {
            self.at += 2;
            while self.peek().is_some_and(|digit| digit.is_digit(radix) || digit == '_') {
                self.bump();
            }
        }
        let digits: String = self.code.get(start..self.at).unwrap_or_default().replace('_', "");
        let suffix_start = self.at;
        while self.peek().is_some_and(continues_name) {
            self.bump();
        }
        let suffix = self.code.get(suffix_start..self.at).unwrap_or_default().to_ascii_lowercase();
        let span = Span::new(start, self.at);
        let number = read_number(&digits, radix, &suffix, real)
            .ok_or_else(|| Wrong::syntax(span, "this is not a number, or too large for one"))?;
        self.push(TokenKind::Number(number), start);
        Ok(())
    }

    fn digits(&mut self) {
        while self.peek().is_some_and(|digit| digit.is_ascii_digit() || digit == '_') {
            self.bump();
        }
    }

    fn name(&mut self) -> String {
        let start = self.at;
        while self.peek().is_some_and(continues_name) {
            self.bump();
        }
        self.code.get(start..self.at).unwrap_or_default().to_owned()
    }

    fn skip_line(&mut self) {
        self.at += self.rest().find(['\n', '\r']).unwrap_or(self.rest().len());
    }

    fn skip_comment(&mut self) {
        self.at += self.rest().find("*/").map_or(self.rest().len(), |end| end + 2);
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        self.list.push(Token { kind, span: Span::new(start, self.at) });
    }

    fn rest(&self) -> &str {
        self.code.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn peek_at(&self, ahead: usize) -> Option<char> {
        self.rest().chars().nth(ahead)
    }

    fn bump(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.at += character.len_utf8();
        Some(character)
    }
}

fn read_number(digits: &str, radix: u32, suffix: &str, real: bool) -> Option<Number> {
    match suffix {
        "d" => return digits.parse().ok().map(Number::Double),
        "f" if radix == 10 => return digits.parse().ok().map(Number::Single),
        "m" if radix == 10 => return decimal(digits).map(Number::Decimal),
        "" if real => return digits.parse().ok().map(Number::Double),
        "" | "l" | "u" | "ul" | "lu" if !real => {}
        _ => return None,
    }
    let digits = if radix == 10 { digits } else { digits.get(2..)? };
    let number = u64::from_str_radix(digits, radix).ok()?;
    // The first type that holds the number (C# 5, §2.4.4.2).
    let unsigned = suffix.contains('u');
    let long = suffix.contains('l');
    Some(match (i32::try_from(number), u32::try_from(number), i64::try_from(number)) {
        (Ok(int), ..) if !unsigned && !long => Number::Int(int),
        (_, Ok(int), _) if !long => Number::UInt(int),
        (.., Ok(long)) if !unsigned => Number::Long(long),
        _ => Number::ULong(number),
    })
}

fn decimal(digits: &str) -> Option<rust_decimal::Decimal> {
    digits.parse().ok().or_else(|| rust_decimal::Decimal::from_scientific(digits).ok())
}

fn match_brackets(list: &[Token]) -> Vec<Option<usize>> {
    let mut closers = vec![None; list.len()];
    let mut open = Vec::new();
    for (number, token) in list.iter().enumerate() {
        match token.kind {
            TokenKind::Mark("(" | "[" | "{") => open.push(number),
            TokenKind::Mark(")" | "]" | "}") => {
                if let Some(slot) = open.pop().and_then(|opener: usize| closers.get_mut(opener)) {
                    *slot = Some(number);
                }
            }
            _ => {}
        }
    }
    closers
}

fn unclosed(start: usize) -> Wrong {
    Wrong::syntax(Span::new(start, start + 1), "the string that begins here is not terminated")
}

pub(crate) fn begins_name(character: char) -> bool {
    character == '_' || character.is_alphabetic()
}

fn continues_name(character: char) -> bool {
    character == '_' || character.is_alphanumeric()
}

/// Longest first. `>>` is two marks, since it may close two lists of type arguments.
const MARKS: [&str; 50] = [
    "<<=", "??=", "...", "=>", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "++", "--", "+=", "-=", "*=",
    "/=", "%=", "&=", "|=", "^=", "<<", "->", "::", "..", "(", ")", "[", "]", "{", "}", "<", ">", "=", "+",
    "-", "*", "/", "%", "&", "|", "^", "!", "~", "?", ":", ";", ",", ".",
];
