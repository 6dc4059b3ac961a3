#include "report/html_text.h"

#include <catch2/catch.hpp>

namespace assay::report {
namespace {

TEST_CASE("markup becomes text") {
  CHECK(escape("<script>alert('x')</script> & \"y\"") ==
        "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;y&quot;");
  CHECK(escape(std::string("a\0b\x1b[31m", 8)) ==
        "a\xEF\xBF\xBD"
        "b\xEF\xBF\xBD[31m");
  CHECK(escape("線 \n") == "線 \n");
  CHECK(escape("gpt\xE2\x80\xAE"
               "4") == "gpt\\u202e4");  // right-to-left override
}

TEST_CASE("only web addresses become links") {
  CHECK(is_web_address("https://arxiv.org/abs/2412.19437"));
  CHECK(is_web_address("http://example.org/?a=1&b=2"));
  CHECK_FALSE(is_web_address("javascript:alert(1)"));
  CHECK_FALSE(is_web_address("data:text/html,x"));
  CHECK_FALSE(is_web_address("file:///etc/passwd"));
  CHECK_FALSE(is_web_address("https://a.org/\" onclick=\"x"));
  CHECK_FALSE(is_web_address("https://a.org/ b"));
  CHECK_FALSE(is_web_address(""));
  CHECK(link("javascript:alert(1)", "<b>") == "&lt;b&gt;");
  CHECK(link("https://a.org/?x=1&y=2", "a<b") ==
        "<a href=\"https://a.org/?x=1&amp;y=2\" rel=\"noopener noreferrer\">a&lt;b</a>");
}

}  // namespace
}  // namespace assay::report
