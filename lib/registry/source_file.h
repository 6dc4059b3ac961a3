#pragma once

#include <string>

#include "config/field_parser.h"

namespace assay::registry {

/// One entry of configs/registry/sources.toml; its key is the table's name.
struct SourceEntry {
  std::string title;
  std::string url;
  Located<std::string> published;
  Located<std::string> retrieved;
  std::string hand;
  Located<std::string> copy_of;

  template <class V>
  void fields(V& visit) {
    visit("title", title, "what the document is", required(), non_empty());
    visit("url", url, "where it can be read");
    visit("published", published, "date");
    visit("retrieved", retrieved, "date; left out where the document is cited from memory");
    visit("hand", hand, "who speaks", required(), one_of({"first", "second"}));
    visit("copy_of", copy_of, "the document whose figures this one was read for");
  }
  void validate(const FieldPlaces& at) const;
};

}  // namespace assay::registry
