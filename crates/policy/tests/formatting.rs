//! What tidying changes and what it leaves.

use policy::format::format;
use policy::parse::parse;
use policy::program::{DEFAULT_GLOBAL, EMPTY_API};

fn formatted(text: &str) -> String {
    format(&parse(text).0)
}

#[test]
fn each_element_gets_its_line() {
    let text = "<policies><inbound><base/><set-header  name = 'X'><value> a </value></set-header></inbound><outbound></outbound></policies>";
    let wanted = "\
<policies>
    <inbound>
        <base />
        <set-header name='X'>
            <value> a </value>
        </set-header>
    </inbound>
    <outbound></outbound>
</policies>
";
    assert_eq!(formatted(text), wanted);
}

#[test]
fn the_shipped_documents_are_tidy_as_they_stand() {
    for text in [DEFAULT_GLOBAL, EMPTY_API] {
        assert_eq!(formatted(text), text);
    }
}

#[test]
fn comments_and_single_blank_lines_stay_where_they_were() {
    let text = "
<?xml version=\"1.0\"?>
<!-- about
  this -->


<policies> <!-- outer -->

  <inbound><!-- none --></inbound>



    <!-- before -->
  <outbound><base/>  <!-- behind --> </outbound></policies>
<!-- end -->";
    let wanted = "\
<?xml version=\"1.0\"?>
<!-- about
  this -->

<policies> <!-- outer -->

    <inbound> <!-- none -->
    </inbound>

    <!-- before -->
    <outbound>
        <base /> <!-- behind -->
    </outbound>
</policies>
<!-- end -->
";
    assert_eq!(formatted(text), wanted);
}

#[test]
fn expressions_and_attributes_on_lines_of_their_own_stay() {
    let text = "<policies><inbound><set-header exists-action=\"@(a < b
   // why
 ? \"x\" : \"y\")\"
 name=\"X\"><value>
   @{ return \"<\"; }
 </value></set-header></inbound></policies>";
    let wanted = "\
<policies>
    <inbound>
        <set-header exists-action=\"@(a < b
   // why
 ? \"x\" : \"y\")\"
            name=\"X\">
            <value>
   @{ return \"<\"; }
 </value>
        </set-header>
    </inbound>
</policies>
";
    assert_eq!(formatted(text), wanted);
}

#[test]
fn bodies_that_are_data_are_not_touched() {
    let text = "<policies><inbound><set-body>{\n \"a\": <b> }</set-body></inbound></policies>";
    assert!(formatted(text).contains("        <set-body>{\n \"a\": <b> }</set-body>\n"));
}

#[test]
fn the_line_ends_of_the_document_are_kept() {
    assert_eq!(
        formatted("<policies>\r\n<inbound/></policies>"),
        "<policies>\r\n    <inbound />\r\n</policies>\r\n"
    );
}

#[test]
fn a_document_with_errors_comes_back_as_it_is() {
    let text = "<policies>  <inbound>  </policies>";
    assert_eq!(formatted(text), text);
}
