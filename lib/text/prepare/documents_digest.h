#pragma once

#include <memory>
#include <string>
#include <string_view>

struct XXH3_state_s;

namespace assay {

/// xxh3 of documents in their order, each with its size.
class DocumentsDigest {
 public:
  DocumentsDigest();
  void add(std::string_view document);
  /// Of the documents so far, in hexadecimal digits.
  [[nodiscard]] std::string hex() const;

 private:
  std::unique_ptr<XXH3_state_s, void (*)(XXH3_state_s*)> state_;
};

}  // namespace assay
