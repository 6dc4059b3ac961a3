#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "text/prepare/document_encoder.h"
#include "text/prepare/document_reader.h"
#include "text/prepare/documents_digest.h"
#include "text/tokenizer.h"

namespace assay {

/// Documents that follow one another in the corpus, as tokens.
struct EncodedBatch {
  /// What is known of a document besides its tokens.
  struct Document {
    uint64_t num_tokens = 0;   ///< none for an empty document
    uint64_t text_bytes = 0;   ///< of the text as it was read
    uint64_t num_invalid = 0;  ///< sequences that were not UTF-8
  };
  std::vector<Document> documents;
  std::vector<uint32_t> tokens;  ///< of all of them, one document after the other
  std::string digest;            ///< DocumentsDigest of the corpus up to the last of them
};

/// Reads documents and encodes them. One thread reads, decompresses and finds the documents,
/// `threads` encode, and the caller, who writes, is another; a corpus of any size has at most
/// `threads` + 2 batches in memory. With one thread the caller does all of it.
class DocumentPipeline {
 public:
  /// Goes on with the next document of `reader`; `digest` is of those before it. The reader, the
  /// rules and the tokenizer must outlive the pipeline; the reader is left alone by others until
  /// next() gave nothing.
  DocumentPipeline(DocumentReader& reader, DocumentsDigest digest, const EncodingRules& rules,
                   const Tokenizer& tokenizer, unsigned threads);
  /// Stops the threads after the batches that they are at.
  ~DocumentPipeline();
  DocumentPipeline(const DocumentPipeline&) = delete;
  DocumentPipeline& operator=(const DocumentPipeline&) = delete;

  /// The next batch, in the order of the corpus whatever the number of threads; nothing at the end.
  /// Throws: DataError, after all batches before the one that is broken.
  std::optional<EncodedBatch> next();

 private:
  struct Slot {
    std::vector<RawDocument> raw;
    EncodedBatch encoded;
    std::exception_ptr error;
    bool is_done = false;
  };

  std::shared_ptr<Slot> read_slot();
  void encode(Slot& slot) const;
  void read_all();
  void encode_all();

  DocumentReader& reader_;
  DocumentsDigest digest_;
  const EncodingRules& rules_;
  const Tokenizer& tokenizer_;
  std::exception_ptr read_error_;  // to be told after the documents before it
  unsigned num_encoding_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Slot>> slots_;    // in order: the front is the caller's next
  std::deque<std::shared_ptr<Slot>> waiting_;  // those nobody encodes yet
  bool is_read_ = false;
  bool is_stopped_ = false;
  std::vector<std::jthread> threads_;  // last: they use all of the above
};

}  // namespace assay
