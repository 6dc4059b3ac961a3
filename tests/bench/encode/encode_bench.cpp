// Encodes a file in documents of about 10,000 bytes on one thread and prints the MB/s of each pass.
// Usage: encode_bench TOKENIZER FILE PASSES

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <vector>

#include "formats/mapping.h"
#include "text/load_tokenizer.h"

namespace {

constexpr size_t kDocument = 10'000;

// Cut after a newline, so that no character is cut.
std::vector<std::string> documents_of(std::string_view text) {
  std::vector<std::string> documents;
  while (!text.empty()) {
    const size_t newline = text.find('\n', std::min(kDocument, text.size()));
    const size_t size = newline == std::string_view::npos ? text.size() : newline + 1;
    documents.emplace_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return documents;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const auto tokenizer = assay::load_tokenizer(argv[1]);
  const assay::Mapping mapping(argv[2]);
  const auto documents =
      documents_of({reinterpret_cast<const char*>(mapping.bytes().data()), mapping.bytes().size()});
  for (int pass = 0; pass < std::stoi(argv[3]); ++pass) {
    const auto start = std::chrono::steady_clock::now();
    size_t tokens = 0;
    for (const std::string& document : documents) tokens += tokenizer->encode(document).size();
    const std::chrono::duration<double> time = std::chrono::steady_clock::now() - start;
    fmt::print("{:.3f} {}\n", static_cast<double>(mapping.bytes().size()) / 1e6 / time.count(),
               tokens);
  }
  return 0;
}
