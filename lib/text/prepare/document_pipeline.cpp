#include "text/prepare/document_pipeline.h"

#include <utility>

namespace assay {
namespace {

constexpr size_t kBatchBytes = size_t{1} << 20;
constexpr size_t kBatchDocuments = 4096;

}  // namespace

DocumentPipeline::DocumentPipeline(DocumentReader& reader, DocumentsDigest digest,
                                   const EncodingRules& rules, const Tokenizer& tokenizer,
                                   unsigned threads)
    : reader_(reader),
      digest_(std::move(digest)),
      rules_(rules),
      tokenizer_(tokenizer),
      num_encoding_(threads > 1 ? threads : 0) {
  if (num_encoding_ == 0) return;
  threads_.emplace_back([this] { read_all(); });
  for (unsigned i = 0; i < num_encoding_; ++i) threads_.emplace_back([this] { encode_all(); });
}

DocumentPipeline::~DocumentPipeline() {
  const std::lock_guard lock(mutex_);
  is_stopped_ = true;
  changed_.notify_all();
}

// Nothing at the end of the corpus. What is broken is a slot of its own after the documents before
// it, so that the first error of the corpus is the one that is told.
std::shared_ptr<DocumentPipeline::Slot> DocumentPipeline::read_slot() {
  auto slot = std::make_shared<Slot>();
  size_t bytes = 0;
  try {
    while (!read_error_ && bytes < kBatchBytes && slot->raw.size() < kBatchDocuments) {
      auto document = reader_.next();
      if (!document) break;
      digest_.add(document->bytes);
      bytes += document->bytes.size();
      slot->raw.push_back(std::move(*document));
    }
  } catch (...) {
    read_error_ = std::current_exception();
  }
  if (!slot->raw.empty()) {
    slot->encoded.digest = digest_.hex();
    return slot;
  }
  slot->error = read_error_;
  return slot->error ? slot : nullptr;
}

void DocumentPipeline::encode(Slot& slot) const {
  try {
    EncodedBatch& batch = slot.encoded;
    batch.documents.reserve(slot.raw.size());
    for (const RawDocument& raw : slot.raw) {
      EncodedDocument document =
          encode_document(raw.bytes, reader_.place_of(raw), rules_, tokenizer_);
      batch.documents.push_back({.num_tokens = document.tokens.size(),
                                 .text_bytes = document.text_bytes,
                                 .num_invalid = document.num_invalid});
      if (batch.tokens.empty()) {
        batch.tokens = std::move(document.tokens);
      } else {
        batch.tokens.insert(batch.tokens.end(), document.tokens.begin(), document.tokens.end());
      }
    }
  } catch (...) {
    slot.error = std::current_exception();
  }
  slot.raw = {};
}

void DocumentPipeline::read_all() {
  while (true) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return is_stopped_ || slots_.size() < num_encoding_ + 2; });
      if (is_stopped_) return;
    }
    std::shared_ptr<Slot> slot = read_slot();
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
    if (slot) slots_.push_back(slot);
    if (!slot || slot->error) {
      if (slot) slot->is_done = true;
      is_read_ = true;
      return;
    }
    waiting_.push_back(std::move(slot));
  }
}

void DocumentPipeline::encode_all() {
  while (true) {
    std::shared_ptr<Slot> slot;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return is_stopped_ || is_read_ || !waiting_.empty(); });
      if (is_stopped_ || waiting_.empty()) return;
      slot = std::move(waiting_.front());
      waiting_.pop_front();
    }
    encode(*slot);
    const std::lock_guard lock(mutex_);
    slot->is_done = true;
    changed_.notify_all();
  }
}

std::optional<EncodedBatch> DocumentPipeline::next() {
  std::shared_ptr<Slot> slot;
  if (num_encoding_ == 0) {
    slot = read_slot();
    if (slot && !slot->error) encode(*slot);
  } else {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return slots_.empty() ? is_read_ : slots_.front()->is_done; });
    if (slots_.empty()) return std::nullopt;
    slot = std::move(slots_.front());
    slots_.pop_front();
    changed_.notify_all();
  }
  if (!slot) return std::nullopt;
  if (slot->error) std::rethrow_exception(slot->error);
  return std::move(slot->encoded);
}

}  // namespace assay
