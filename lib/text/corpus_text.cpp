#include "text/corpus_text.h"

#include <fmt/format.h>

#include <cmath>

#include "digest/sha256.h"
#include "error/error.h"
#include "formats/mapping.h"
#include "text/gcide.h"
#include "text/utf8.h"

namespace assay {
namespace {

// Goes up whenever the rules change by which a source becomes text.
constexpr int kPreparationVersion = 1;

[[noreturn]] void fail_too_small(std::string_view name, size_t size, std::string_view unit) {
  throw DataError(
      fmt::format("[text] corpus is too small to split: {} has {} {}", name, size, unit));
}

std::string join(const std::vector<std::string>& entries, size_t begin, size_t end) {
  std::string text;
  for (size_t i = begin; i < end; ++i) {
    text += entries[i];
    text += '\n';
  }
  return text;
}

CorpusText read_gcide_corpus(const CorpusConfig& config) {
  const GcideFiles files = GcideFiles::in(config.dictionary_folder);
  const std::vector<std::string> entries = read_gcide(files);
  const auto held_out = static_cast<size_t>(
      std::floor(static_cast<double>(entries.size()) * config.validation_share));
  if (held_out == 0) fail_too_small(files.dictionary.string(), entries.size(), "entries");
  const size_t split = entries.size() - held_out;
  return {.train = join(entries, 0, split), .validation = join(entries, split, entries.size())};
}

CorpusText read_text_corpus(const CorpusConfig& config) {
  const Mapping mapping(config.text_file);
  const std::string_view text(reinterpret_cast<const char*>(mapping.bytes().data()),
                              mapping.bytes().size());
  if (const size_t valid = valid_utf8_prefix(text); valid != text.size()) {
    throw DataError(fmt::format("[text] not UTF-8 at byte {}: {}", valid, config.text_file));
  }
  return split_text(text, config.validation_share, config.text_file);
}

}  // namespace

std::string corpus_source_sha256(const CorpusConfig& config) {
  std::string key =
      fmt::format("{} {} {}", kPreparationVersion, config.corpus, config.validation_share);
  if (config.corpus == "gcide") {
    const GcideFiles files = GcideFiles::in(config.dictionary_folder);
    key += ' ' + sha256_file(files.dictionary) + ' ' + sha256_file(files.index);
  } else {
    key += ' ' + sha256_file(config.text_file);
  }
  return sha256(key);
}

CorpusText read_corpus(const CorpusConfig& config) {
  return config.corpus == "gcide" ? read_gcide_corpus(config) : read_text_corpus(config);
}

CorpusText split_text(std::string_view text, double validation_share, std::string_view name) {
  auto split = static_cast<size_t>(static_cast<double>(text.size()) * (1.0 - validation_share));
  const auto inside_character = [&](size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
  };
  while (split < text.size() && inside_character(split)) ++split;
  if (split == 0 || split >= text.size()) fail_too_small(name, text.size(), "bytes");
  return {.train = std::string(text.substr(0, split)),
          .validation = std::string(text.substr(split))};
}

}  // namespace assay
