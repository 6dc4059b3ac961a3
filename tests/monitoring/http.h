#pragma once

#include <string>

namespace assay {

/// The answer to a request; status 0 where nobody answered.
struct HttpAnswer {
  long status = 0;
  std::string body;
};

/// GET, or another method with a body. `ca_file` holds the certificates to trust instead of the
/// machine's. Gives up after ten seconds.
HttpAnswer http_request(const std::string& url, const std::string& method = "GET",
                        const std::string& body = "", const std::string& ca_file = "");

/// A text as it may stand in a query string.
std::string url_encode(const std::string& text);

}  // namespace assay
