#pragma once

#include <string>

#include "config/config.h"
#include "config/key_conflict.h"
#include "text/gcide.h"

namespace assay {

/// Which text is trained on and how it is split.
struct CorpusConfig {
  std::string corpus = "gcide";
  std::string dictionary_folder{kGcideFolder};
  std::string text_file;
  std::string tokenizer = "bytes";
  bool any_tokenizer = false;
  bool documents_apart = false;
  double validation_share = 0.05;
  std::string prepared_folder = "data";

  template <class V>
  void fields(V& visit) {
    visit("corpus", corpus,
          "gcide (Debian's dict-gcide), text (one UTF-8 file) or prepared (by assay prepare --out)",
          one_of({"gcide", "text", "prepared"}));
    visit("dictionary_folder", dictionary_folder, "where gcide.dict.dz and gcide.index lie",
          non_empty());
    visit("text_file", text_file, "the file of corpus = \"text\"");
    visit("tokenizer", tokenizer, "bytes, or a tokenizer file (docs/tokenizers.md)", non_empty());
    visit("any_tokenizer", any_tokenizer,
          "train a folder's weights on tokens of another vocabulary, as benchmarks do");
    visit("documents_apart", documents_apart,
          "corpus = \"prepared\": attention and positions start anew with each document");
    visit("validation_share", validation_share,
          "share at the end for validation: of the entries (gcide) or the bytes (text)",
          between(0.0001, 0.5));
    visit("prepared_folder", prepared_folder,
          "token shards are made once and kept below it; of corpus = \"prepared\", where they are",
          non_empty());
  }

  void validate(const FieldPlaces& at) const {
    if (documents_apart && corpus != "prepared") {
      fail_among(at, {"documents_apart", "corpus"},
                 "only corpus = \"prepared\" knows where documents begin");
    }
    if ((corpus == "text") == text_file.empty()) {
      fail_among(at, {"text_file", "corpus"},
                 "text_file belongs to corpus = \"text\" and is needed there");
    }
  }
};

}  // namespace assay
