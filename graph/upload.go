package graph

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"

	"expex/app"
	"expex/auth"
	"expex/engine"
	"expex/graph/globalid"
)

// uploadBytes is how large a calendar that is handed in as a file may be.
const uploadBytes = 1 << 20

// NewUpload takes the file of a private calendar, for linkBusyCalendar, whose file
// must fit into the body of an operation, while what a telephone exports does
// not: POST with the text of the file as the body, the token as for GraphQL, the
// key in a header Idempotency-Key, and her own name for the calendar in the
// parameter label. It answers 201 with the id, or an error in the form of GraphQL
// with a status of HTTP.
func NewUpload(use app.App, log *slog.Logger) http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(refuseOrigin)
	return protection.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			reply(w, http.StatusMethodNotAllowed, "METHOD_NOT_ALLOWED", "send the file by POST")
			return
		}
		viewer := auth.From(r.Context())
		if viewer.AccountID == "" {
			reply(w, http.StatusUnauthorized, string(engine.CodeUnauthenticated), "send a token: Authorization: Bearer …")
			return
		}
		text, err := io.ReadAll(http.MaxBytesReader(w, r.Body, uploadBytes))
		var tooLarge *http.MaxBytesError
		switch {
		case errors.As(err, &tooLarge):
			reply(w, http.StatusRequestEntityTooLarge, "PAYLOAD_TOO_LARGE", fmt.Sprintf("the file is larger than %d bytes: export less of the past", uploadBytes))
			return
		case err != nil:
			reply(w, http.StatusBadRequest, "BAD_REQUEST", "the file ended early: send it again")
			return
		}
		id, err := use.LinkBusyFile(r.Context(), viewer, r.Header.Get("Idempotency-Key"), r.URL.Query().Get("label"), text)
		if err != nil {
			refuseUpload(w, r, log, err)
			return
		}
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(http.StatusCreated)
		json.NewEncoder(w).Encode(map[string]string{"calendarId": globalid.Encode(globalid.Busy, string(id))})
	}))
}

// uploadStatus is how HTTP says what an error of the engine means.
var uploadStatus = map[engine.Code]int{
	engine.CodeInvalid: http.StatusUnprocessableEntity, engine.CodeConflict: http.StatusConflict,
	engine.CodeForbidden: http.StatusForbidden, engine.CodeNotFound: http.StatusNotFound,
}

func refuseUpload(w http.ResponseWriter, r *http.Request, log *slog.Logger, err error) {
	var e *engine.Error
	if errors.As(err, &e) && uploadStatus[e.Code] != 0 {
		reply(w, uploadStatus[e.Code], string(e.Code), e.Message)
		return
	}
	if r.Context().Err() == nil {
		log.ErrorContext(r.Context(), "unexpected error", "error", err)
	}
	reply(w, http.StatusInternalServerError, codeInternal, "internal error")
}
