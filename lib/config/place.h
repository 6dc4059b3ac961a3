#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace assay {

/// Which error a document's faults are: the run config and the command line are ConfigError
/// (exit 2), every other file is DataError (exit 3).
enum class DocumentKind { kConfig, kData };

/// What a value was read from. `module` is the `[module]` of the messages.
struct Document {
  DocumentKind kind = DocumentKind::kConfig;
  std::string module = "config";
  std::string name;   ///< file name, "--set train.steps=3" or an environment variable
  std::string key{};  ///< the key in hand, where its place is told by name: of a config.json
};

/// A place in a document. Line and column start at 1; 0 means that the document has no lines (an
/// override) or that the place is not known.
struct Place {
  std::shared_ptr<const Document> document;
  uint32_t line = 0;
  uint32_t column = 0;
};

/// "file:line:column", or only the document's name where it has no lines; ": key" where it has one.
std::string to_string(const Place& place);

/// Throws the document's kind of error: `[module] file:line:column: fact`. The message is one line
/// whatever the document holds: control characters are escaped, and a very long fact is cut.
[[noreturn]] void fail_at(const Place& place, std::string_view fact);

}  // namespace assay
