/* SPDX-License-Identifier: Apache-2.0 */
#include <security/pam_appl.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "pam_module/module.h"

#define MESSAGES_MAX PAM_MAX_NUM_MSG
#define TEXT_MAX (PAM_MAX_MSG_SIZE - 1) /* bytes of one message */

/* What is said in one conversation. */
typedef struct Talk {
        struct pam_message messages[MESSAGES_MAX];
        char texts[MESSAGES_MAX][PAM_MAX_MSG_SIZE];
        size_t n;
} Talk;

static void answer_free(char *text) {
        if (text != NULL)
                explicit_bzero(text, strlen(text));
        free(text);
}

void pam_answers_clear(PamAnswers *answers) {
        for (size_t i = 0; i < answers->n; i++) {
                answer_free(answers->text[i]);
                answer_free(answers->again[i]);
        }
        *answers = (PamAnswers){};
}

static int style_of(const iam_prompt *prompt) {
        if (prompt->kind == IAM_PROMPT_TEXT)
                return PAM_PROMPT_ECHO_ON;
        return prompt->kind == IAM_PROMPT_INFO ? PAM_TEXT_INFO : PAM_PROMPT_ECHO_OFF;
}

/* Cut between characters, never within one. */
static size_t piece_of(const char *text, size_t len) {
        size_t n = len < TEXT_MAX ? len : TEXT_MAX;

        while (n > 0 && n < len && ((unsigned char) text[n] & 0xc0) == 0x80)
                n--;
        return n > 0 ? n : len < TEXT_MAX ? len : TEXT_MAX;
}

/* Control characters could rewrite the person's terminal. */
static void put_piece(char *ret, const char *text, size_t n) {
        for (size_t i = 0; i < n; i++) {
                unsigned char c = (unsigned char) text[i];

                ret[i] = text[i];
                if (c == 0x7f || (c < 0x20 && c != '\n'))
                        ret[i] = '?';
        }
        ret[n] = '\0';
}

/* Pieces before the last are information; the last carries the style. */
static int say(Talk *talk, int style, const char *text) {
        size_t len = strlen(text);

        do {
                size_t n = piece_of(text, len);

                if (talk->n == MESSAGES_MAX)
                        return PAM_BUF_ERR;
                put_piece(talk->texts[talk->n], text, n);
                talk->messages[talk->n] = (struct pam_message){
                        .msg_style = n < len ? PAM_TEXT_INFO : style,
                        .msg = talk->texts[talk->n],
                };
                talk->n++;
                text += n;
                len -= n;
        } while (len > 0);
        return PAM_SUCCESS;
}

static int say_prompt(Talk *talk, const char *notice, const iam_prompt *prompt, const char *label) {
        char text[2 * PAM_MAX_MSG_SIZE + 8];
        size_t at = 0;
        size_t n;

        /* Labels and notices are at most 1024 bytes; together they are cut at what fits. */
        if (!str_is_empty(notice)) {
                n = strnlen(notice, PAM_MAX_MSG_SIZE);
                memcpy(text, notice, n);
                text[n] = '\n';
                at = n + 1;
        }
        n = strnlen(label, PAM_MAX_MSG_SIZE);
        memcpy(text + at, label, n);
        at += n;
        if (prompt->kind != IAM_PROMPT_INFO) {
                text[at++] = ':';
                text[at++] = ' ';
        }
        text[at] = '\0';
        return say(talk, style_of(prompt), text);
}

static void responses_free(struct pam_response *responses, size_t n) {
        if (responses == NULL)
                return;
        for (size_t i = 0; i < n; i++)
                answer_free(responses[i].resp);
        free(responses);
}

static bool is_question(int style) {
        return style == PAM_PROMPT_ECHO_ON || style == PAM_PROMPT_ECHO_OFF;
}

/* The next answer in the order of the questions: ours from now on. */
static int take_next(const Talk *talk, struct pam_response *responses, size_t *at, char **ret) {
        while (*at < talk->n && !is_question(talk->messages[*at].msg_style))
                (*at)++;
        if (*at == talk->n || responses[*at].resp == NULL)
                return PAM_CONV_ERR;
        *ret = responses[*at].resp;
        responses[*at].resp = NULL;
        (*at)++;
        return PAM_SUCCESS;
}

/* One answer for each question, two for what is to be chosen; information has none. */
static int
take_answers(const Talk *talk, struct pam_response *responses, const iam_prompt *prompts, size_t n,
             PamAnswers *ret) {
        size_t at = 0;

        for (size_t i = 0; i < n; i++) {
                int r = PAM_SUCCESS;

                ret->n = i + 1;
                if (prompts[i].kind != IAM_PROMPT_INFO)
                        r = take_next(talk, responses, &at, &ret->text[i]);
                if (r == PAM_SUCCESS && prompts[i].kind == IAM_PROMPT_NEW)
                        r = take_next(talk, responses, &at, &ret->again[i]);
                if (r != PAM_SUCCESS)
                        return r;
        }
        return PAM_SUCCESS;
}

static int
converse(pam_handle_t *pamh, Talk *talk, const iam_prompt *prompts, size_t n, PamAnswers *ret) {
        const struct pam_message *pointers[MESSAGES_MAX];
        struct pam_response *responses = NULL;
        const struct pam_conv *conv = NULL;
        int r;

        r = pam_get_item(pamh, PAM_CONV, (const void **) &conv);
        if (r != PAM_SUCCESS || conv == NULL || conv->conv == NULL)
                return PAM_CONV_ERR;
        /* Good for both readings of the array: pointers to elements of one array. */
        for (size_t i = 0; i < talk->n; i++)
                pointers[i] = &talk->messages[i];
        r = conv->conv((int) talk->n, pointers, &responses, conv->appdata_ptr);
        if (r != PAM_SUCCESS || responses == NULL) {
                responses_free(responses, r == PAM_SUCCESS ? talk->n : 0);
                return PAM_CONV_ERR;
        }
        r = take_answers(talk, responses, prompts, n, ret);
        responses_free(responses, talk->n);
        if (r != PAM_SUCCESS)
                pam_answers_clear(ret);
        return r;
}

int pam_ask(pam_handle_t *pamh, const char *notice, const iam_prompt *prompts, size_t n,
            PamAnswers *ret) {
        Talk *talk;
        int r = PAM_SUCCESS;

        *ret = (PamAnswers){};
        if (n == 0 || n > PAM_ANSWERS_MAX)
                return PAM_SYSTEM_ERR;
        talk = calloc(1, sizeof(*talk));
        if (talk == NULL)
                return PAM_BUF_ERR;
        for (size_t i = 0; i < n && r == PAM_SUCCESS; i++) {
                r = say_prompt(talk, i == 0 ? notice : NULL, &prompts[i], prompts[i].label);
                if (r == PAM_SUCCESS && prompts[i].kind == IAM_PROMPT_NEW)
                        r = say_prompt(talk, /* notice= */ NULL, &prompts[i],
                                       str_or(prompts[i].again, prompts[i].label));
        }
        if (r == PAM_SUCCESS)
                r = converse(pamh, talk, prompts, n, ret);
        free(talk);
        return r;
}
