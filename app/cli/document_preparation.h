#pragma once

#include <boost/program_options/options_description.hpp>
#include <optional>
#include <string>
#include <vector>

#include "text/prepare/preparation.h"

namespace assay::app {

/// The options of `assay prepare INPUT... --out DIR`, as they stand on the command line.
struct DocumentOptions {
  std::vector<std::string> inputs;
  std::string out;
  std::string tokenizer = "bytes";
  std::string documents = "auto";
  std::string field;
  std::string begin;
  std::string end;
  std::string invalid_utf8 = "replace";
  double validation_share = 0.05;
  uint64_t shard_tokens = 100'000'000;
  unsigned threads = 0;
  std::vector<std::string> validation;  ///< files for validation, with `from`
  std::string from;                     ///< "nanogpt" or "llmc": the INPUTs are such files
  std::string to;  ///< "nanogpt" or "llmc": the INPUT is a prepared corpus, such files are written

  /// Adds them to the options that --help shows.
  void add_to(boost::program_options::options_description& shown);
};

/// Turns documents into token shards and prints what became of it; progress goes to standard error.
/// Throws: ConfigError on options that do not fit; DataError, StorageError.
void run_document_preparation(const DocumentOptions& options, bool as_json);

}  // namespace assay::app
