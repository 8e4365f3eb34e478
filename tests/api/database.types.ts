
export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]

export type Database = {
  
  "portal": {
          Tables: {
            [_ in never]: never
          }
          Views: {
            "accounts": {
                  Row: {
                    "created_at": string,"customer_id": string,"customer_name": string | null,"email": string | null,"full_name": string | null,"id": string,"is_own": boolean | null,"last_login_at": string | null,"org_id": string,"org_name": string,"org_slug": string,"phone": string | null,"primary_location_id": string | null,"role": Database["portal"]['Enums']["account_role"],"status": Database["portal"]['Enums']["account_status"],"updated_at": string
                  }
                  ComputedFields: never
                  Relationships: [
                    {
      foreignKeyName: "portal_accounts_org_id_customer_id_primary_location_id_fkey"
      columns: ["org_id","customer_id","primary_location_id"]
isOneToOne: false
      referencedRelation: "locations"
      referencedColumns: ["org_id","customer_id","id"]
    }
                  ]
                },"ai_conversations": {
                  Row: {
                    "appointment_id": string | null,"context_type": Database["portal"]['Enums']["ai_context_type"],"customer_id": string | null,"ended_at": string | null,"id": string,"org_id": string,"portal_account_id": string | null,"started_at": string,"status": Database["portal"]['Enums']["ai_conversation_status"],"thread_id": string | null,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                           "appointment_id"?: string | null,"context_type"?: Database["portal"]['Enums']["ai_context_type"] | null,"customer_id"?: string | null,"ended_at"?: string | null,"id"?: string | null,"org_id"?: string | null,"portal_account_id"?: string | null,"started_at"?: string | null,"status"?: Database["portal"]['Enums']["ai_conversation_status"] | null,"thread_id"?: string | null,"updated_at"?: string | null
                         }
                        Update: {
                           "appointment_id"?: string | null,"context_type"?: Database["portal"]['Enums']["ai_context_type"] | null,"customer_id"?: string | null,"ended_at"?: string | null,"id"?: string | null,"org_id"?: string | null,"portal_account_id"?: string | null,"started_at"?: string | null,"status"?: Database["portal"]['Enums']["ai_conversation_status"] | null,"thread_id"?: string | null,"updated_at"?: string | null
                         }
                        Relationships: [
                    {
      foreignKeyName: "portal_ai_conversations_org_id_customer_id_escalated_to_th_fkey"
      columns: ["org_id","customer_id","thread_id"]
isOneToOne: false
      referencedRelation: "inbox"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "portal_ai_conversations_org_id_customer_id_escalated_to_th_fkey"
      columns: ["org_id","customer_id","thread_id"]
isOneToOne: false
      referencedRelation: "threads"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "portal_ai_conversations_org_id_customer_id_related_work_or_fkey"
      columns: ["org_id","customer_id","appointment_id"]
isOneToOne: false
      referencedRelation: "appointments"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "portal_ai_conversations_org_id_customer_id_related_work_or_fkey"
      columns: ["org_id","customer_id","appointment_id"]
isOneToOne: false
      referencedRelation: "service_history"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "portal_ai_conversations_org_id_portal_account_id_fkey"
      columns: ["org_id","portal_account_id"]
isOneToOne: false
      referencedRelation: "accounts"
      referencedColumns: ["org_id","id"]
    }
                  ]
                },"ai_messages": {
                  Row: {
                    "citations": NonNullable<Json>,"client_message_id": string | null,"content": string,"conversation_id": string,"created_at": string,"finish_reason": string | null,"id": string,"is_answered": boolean | null,"is_helpful": boolean | null,"metadata": Json | null,"org_id": string,"reply_to_id": string | null,"role": Database["portal"]['Enums']["ai_role"],"tokens_used": number | null
                  }
                  ComputedFields: never
                  Insert: {
                           "citations"?: Json | null,"client_message_id"?: string | null,"content"?: string | null,"conversation_id"?: string | null,"created_at"?: string | null,"finish_reason"?: string | null,"id"?: string | null,"is_answered"?: boolean | null,"is_helpful"?: boolean | null,"metadata"?: never,"org_id"?: string | null,"reply_to_id"?: string | null,"role"?: Database["portal"]['Enums']["ai_role"] | null,"tokens_used"?: number | null
                         }
                        Update: {
                           "citations"?: Json | null,"client_message_id"?: string | null,"content"?: string | null,"conversation_id"?: string | null,"created_at"?: string | null,"finish_reason"?: string | null,"id"?: string | null,"is_answered"?: boolean | null,"is_helpful"?: boolean | null,"metadata"?: never,"org_id"?: string | null,"reply_to_id"?: string | null,"role"?: Database["portal"]['Enums']["ai_role"] | null,"tokens_used"?: number | null
                         }
                        Relationships: [
                    {
      foreignKeyName: "portal_ai_messages_org_id_conversation_id_fkey"
      columns: ["org_id","conversation_id"]
isOneToOne: false
      referencedRelation: "ai_conversations"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "portal_ai_messages_org_id_conversation_id_reply_to_id_fkey"
      columns: ["org_id","conversation_id","reply_to_id"]
isOneToOne: true
      referencedRelation: "ai_messages"
      referencedColumns: ["org_id","conversation_id","id"]
    }
                  ]
                },"appointment_events": {
                  Row: {
                    "appointment_id": string,"customer_id": string,"eta": string | null,"event_type": string,"id": string,"location_id": string,"note": string | null,"occurred_at": string,"org_id": string,"status": Database["portal"]['Enums']["work_order_status"] | null,"window_end": string | null,"window_start": string | null
                  }
                  ComputedFields: never
                  Insert: {
                           "appointment_id"?: string | null,"customer_id"?: string | null,"eta"?: string | null,"event_type"?: string | null,"id"?: string | null,"location_id"?: string | null,"note"?: string | null,"occurred_at"?: string | null,"org_id"?: string | null,"status"?: Database["portal"]['Enums']["work_order_status"] | null,"window_end"?: string | null,"window_start"?: string | null
                         }
                        Update: {
                           "appointment_id"?: string | null,"customer_id"?: string | null,"eta"?: string | null,"event_type"?: string | null,"id"?: string | null,"location_id"?: string | null,"note"?: string | null,"occurred_at"?: string | null,"org_id"?: string | null,"status"?: Database["portal"]['Enums']["work_order_status"] | null,"window_end"?: string | null,"window_start"?: string | null
                         }
                        Relationships: [
                    {
      foreignKeyName: "work_order_events_org_id_work_order_id_fkey"
      columns: ["org_id","appointment_id"]
isOneToOne: false
      referencedRelation: "appointments"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "work_order_events_org_id_work_order_id_fkey"
      columns: ["org_id","appointment_id"]
isOneToOne: false
      referencedRelation: "service_history"
      referencedColumns: ["org_id","id"]
    }
                  ]
                },"appointments": {
                  Row: {
                    "canceled_at": string | null,"completed_at": string | null,"created_at": string,"customer_id": string,"eta": string | null,"ics_sequence": number,"id": string,"job_summary": string | null,"location_id": string,"location_label": string | null,"org_id": string,"reference": string,"reschedule_count": number,"service_name": string | null,"service_type": string,"status": Database["portal"]['Enums']["work_order_status"],"technician_avatar": string | null,"technician_id": string | null,"technician_name": string | null,"timezone": string | null,"updated_at": string,"window_end": string,"window_start": string
                  }
                  ComputedFields: never
                  Relationships: [
                    {
      foreignKeyName: "work_orders_org_id_customer_id_location_id_fkey"
      columns: ["org_id","customer_id","location_id"]
isOneToOne: false
      referencedRelation: "locations"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "work_orders_org_id_service_type_fkey"
      columns: ["org_id","service_type"]
isOneToOne: false
      referencedRelation: "services"
      referencedColumns: ["org_id","code"]
    }
                  ]
                },"booking_requests": {
                  Row: {
                    "appointment_id": string | null,"attachments": Json | null,"created_at": string,"customer_id": string,"decided_at": string | null,"decision_note": string | null,"flexible_date": boolean,"id": string,"location_id": string,"org_id": string,"portal_account_id": string,"preferred_service_date": string | null,"preferred_time_window_end": string | null,"preferred_time_window_start": string | null,"problem_description": string,"safety_notice": string | null,"service_type": string,"source_channel": Database["portal"]['Enums']["source_channel"],"status": Database["portal"]['Enums']["booking_status"],"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                           "appointment_id"?: string | null,"attachments"?: Json | null,"created_at"?: string | null,"customer_id"?: string | null,"decided_at"?: string | null,"decision_note"?: string | null,"flexible_date"?: boolean | null,"id"?: string | null,"location_id"?: string | null,"org_id"?: string | null,"portal_account_id"?: string | null,"preferred_service_date"?: string | null,"preferred_time_window_end"?: string | null,"preferred_time_window_start"?: string | null,"problem_description"?: string | null,"safety_notice"?: string | null,"service_type"?: string | null,"source_channel"?: Database["portal"]['Enums']["source_channel"] | null,"status"?: Database["portal"]['Enums']["booking_status"] | null,"updated_at"?: string | null
                         }
                        Update: {
                           "appointment_id"?: string | null,"attachments"?: Json | null,"created_at"?: string | null,"customer_id"?: string | null,"decided_at"?: string | null,"decision_note"?: string | null,"flexible_date"?: boolean | null,"id"?: string | null,"location_id"?: string | null,"org_id"?: string | null,"portal_account_id"?: string | null,"preferred_service_date"?: string | null,"preferred_time_window_end"?: string | null,"preferred_time_window_start"?: string | null,"problem_description"?: string | null,"safety_notice"?: string | null,"service_type"?: string | null,"source_channel"?: Database["portal"]['Enums']["source_channel"] | null,"status"?: Database["portal"]['Enums']["booking_status"] | null,"updated_at"?: string | null
                         }
                        Relationships: [
                    {
      foreignKeyName: "portal_booking_requests_org_id_customer_id_location_id_fkey"
      columns: ["org_id","customer_id","location_id"]
isOneToOne: false
      referencedRelation: "locations"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "portal_booking_requests_org_id_customer_id_related_work_or_fkey"
      columns: ["org_id","customer_id","appointment_id"]
isOneToOne: false
      referencedRelation: "appointments"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "portal_booking_requests_org_id_customer_id_related_work_or_fkey"
      columns: ["org_id","customer_id","appointment_id"]
isOneToOne: false
      referencedRelation: "service_history"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "portal_booking_requests_org_id_portal_account_id_fkey"
      columns: ["org_id","portal_account_id"]
isOneToOne: false
      referencedRelation: "accounts"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "portal_booking_requests_org_id_service_type_fkey"
      columns: ["org_id","service_type"]
isOneToOne: false
      referencedRelation: "services"
      referencedColumns: ["org_id","code"]
    }
                  ]
                },"contacts": {
                  Row: {
                    "created_at": string,"customer_id": string,"email": string | null,"full_name": string,"id": string,"location_id": string | null,"org_id": string,"phone": string | null,"role": string | null,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                           "created_at"?: string | null,"customer_id"?: string | null,"email"?: string | null,"full_name"?: string | null,"id"?: string | null,"location_id"?: string | null,"org_id"?: string | null,"phone"?: string | null,"role"?: string | null,"updated_at"?: string | null
                         }
                        Update: {
                           "created_at"?: string | null,"customer_id"?: string | null,"email"?: string | null,"full_name"?: string | null,"id"?: string | null,"location_id"?: string | null,"org_id"?: string | null,"phone"?: string | null,"role"?: string | null,"updated_at"?: string | null
                         }
                        Relationships: [
                    {
      foreignKeyName: "customer_contacts_org_id_customer_id_location_id_fkey"
      columns: ["org_id","customer_id","location_id"]
isOneToOne: false
      referencedRelation: "locations"
      referencedColumns: ["org_id","customer_id","id"]
    }
                  ]
                },"documents": {
                  Row: {
                    "appointment_id": string | null,"created_at": string,"customer_id": string,"id": string,"kind": Database["portal"]['Enums']["document_kind"],"location_id": string | null,"mime_type": string,"org_id": string,"size_bytes": number | null,"title": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                           "appointment_id"?: string | null,"created_at"?: string | null,"customer_id"?: string | null,"id"?: string | null,"kind"?: Database["portal"]['Enums']["document_kind"] | null,"location_id"?: string | null,"mime_type"?: string | null,"org_id"?: string | null,"size_bytes"?: number | null,"title"?: string | null,"updated_at"?: string | null
                         }
                        Update: {
                           "appointment_id"?: string | null,"created_at"?: string | null,"customer_id"?: string | null,"id"?: string | null,"kind"?: Database["portal"]['Enums']["document_kind"] | null,"location_id"?: string | null,"mime_type"?: string | null,"org_id"?: string | null,"size_bytes"?: number | null,"title"?: string | null,"updated_at"?: string | null
                         }
                        Relationships: [
                    {
      foreignKeyName: "documents_org_id_customer_id_location_id_fkey"
      columns: ["org_id","customer_id","location_id"]
isOneToOne: false
      referencedRelation: "locations"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "documents_org_id_customer_id_work_order_id_fkey"
      columns: ["org_id","customer_id","appointment_id"]
isOneToOne: false
      referencedRelation: "appointments"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "documents_org_id_customer_id_work_order_id_fkey"
      columns: ["org_id","customer_id","appointment_id"]
isOneToOne: false
      referencedRelation: "service_history"
      referencedColumns: ["org_id","customer_id","id"]
    }
                  ]
                },"equipment": {
                  Row: {
                    "created_at": string,"customer_id": string,"id": string,"installed_on": string | null,"is_active": boolean,"kind": string,"location_id": string,"manufacturer": string | null,"model": string | null,"org_id": string,"serial_number": string | null,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                           "created_at"?: string | null,"customer_id"?: string | null,"id"?: string | null,"installed_on"?: string | null,"is_active"?: boolean | null,"kind"?: string | null,"location_id"?: string | null,"manufacturer"?: string | null,"model"?: string | null,"org_id"?: string | null,"serial_number"?: string | null,"updated_at"?: string | null
                         }
                        Update: {
                           "created_at"?: string | null,"customer_id"?: string | null,"id"?: string | null,"installed_on"?: string | null,"is_active"?: boolean | null,"kind"?: string | null,"location_id"?: string | null,"manufacturer"?: string | null,"model"?: string | null,"org_id"?: string | null,"serial_number"?: string | null,"updated_at"?: string | null
                         }
                        Relationships: [
                    {
      foreignKeyName: "equipment_org_id_customer_id_location_id_fkey"
      columns: ["org_id","customer_id","location_id"]
isOneToOne: false
      referencedRelation: "locations"
      referencedColumns: ["org_id","customer_id","id"]
    }
                  ]
                },"inbox": {
                  Row: {
                    "appointment_id": string | null,"created_at": string,"customer_id": string,"customer_name": string | null,"id": string,"last_message_at": string | null,"last_message_preview": string | null,"location_id": string | null,"org_id": string,"status": Database["portal"]['Enums']["thread_status"],"subject": string,"unread_count": number | null,"updated_at": string,"waiting_since": string | null
                  }
                  ComputedFields: never
                  Relationships: [
                    {
      foreignKeyName: "portal_threads_org_id_customer_id_location_id_fkey"
      columns: ["org_id","customer_id","location_id"]
isOneToOne: false
      referencedRelation: "locations"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "portal_threads_org_id_customer_id_related_work_order_id_fkey"
      columns: ["org_id","customer_id","appointment_id"]
isOneToOne: false
      referencedRelation: "appointments"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "portal_threads_org_id_customer_id_related_work_order_id_fkey"
      columns: ["org_id","customer_id","appointment_id"]
isOneToOne: false
      referencedRelation: "service_history"
      referencedColumns: ["org_id","customer_id","id"]
    }
                  ]
                },"inbox_messages": {
                  Row: {
                    "appointment_id": string | null,"attachments": Json | null,"body": string,"client_message_id": string | null,"customer_id": string,"id": string,"is_mine": boolean | null,"location_id": string | null,"org_id": string,"read_at": string | null,"sender_name": string | null,"sender_type": Database["portal"]['Enums']["sender_type"],"sent_at": string,"sentiment": Database["portal"]['Enums']["sentiment"] | null,"thread_id": string
                  }
                  ComputedFields: never
                  Insert: {
                           "appointment_id"?: string | null,"attachments"?: Json | null,"body"?: string | null,"client_message_id"?: string | null,"customer_id"?: string | null,"id"?: string | null,"is_mine"?: never,"location_id"?: string | null,"org_id"?: string | null,"read_at"?: string | null,"sender_name"?: string | null,"sender_type"?: Database["portal"]['Enums']["sender_type"] | null,"sent_at"?: string | null,"sentiment"?: never,"thread_id"?: string | null
                         }
                        Update: {
                           "appointment_id"?: string | null,"attachments"?: Json | null,"body"?: string | null,"client_message_id"?: string | null,"customer_id"?: string | null,"id"?: string | null,"is_mine"?: never,"location_id"?: string | null,"org_id"?: string | null,"read_at"?: string | null,"sender_name"?: string | null,"sender_type"?: Database["portal"]['Enums']["sender_type"] | null,"sent_at"?: string | null,"sentiment"?: never,"thread_id"?: string | null
                         }
                        Relationships: [
                    {
      foreignKeyName: "portal_messages_org_id_thread_id_fkey"
      columns: ["org_id","thread_id"]
isOneToOne: false
      referencedRelation: "inbox"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "portal_messages_org_id_thread_id_fkey"
      columns: ["org_id","thread_id"]
isOneToOne: false
      referencedRelation: "threads"
      referencedColumns: ["org_id","id"]
    }
                  ]
                },"invoices": {
                  Row: {
                    "appointment_id": string | null,"balance_cents": number | null,"created_at": string,"currency": string,"customer_id": string,"due_at": string | null,"id": string,"issued_at": string | null,"location_id": string | null,"number": string,"org_id": string,"status": Database["portal"]['Enums']["invoice_status"],"total_cents": number,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                           "appointment_id"?: string | null,"balance_cents"?: never,"created_at"?: string | null,"currency"?: string | null,"customer_id"?: string | null,"due_at"?: string | null,"id"?: string | null,"issued_at"?: string | null,"location_id"?: string | null,"number"?: string | null,"org_id"?: string | null,"status"?: Database["portal"]['Enums']["invoice_status"] | null,"total_cents"?: number | null,"updated_at"?: string | null
                         }
                        Update: {
                           "appointment_id"?: string | null,"balance_cents"?: never,"created_at"?: string | null,"currency"?: string | null,"customer_id"?: string | null,"due_at"?: string | null,"id"?: string | null,"issued_at"?: string | null,"location_id"?: string | null,"number"?: string | null,"org_id"?: string | null,"status"?: Database["portal"]['Enums']["invoice_status"] | null,"total_cents"?: number | null,"updated_at"?: string | null
                         }
                        Relationships: [
                    {
      foreignKeyName: "invoices_org_id_customer_id_location_id_fkey"
      columns: ["org_id","customer_id","location_id"]
isOneToOne: false
      referencedRelation: "locations"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "invoices_org_id_customer_id_work_order_id_fkey"
      columns: ["org_id","customer_id","appointment_id"]
isOneToOne: false
      referencedRelation: "appointments"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "invoices_org_id_customer_id_work_order_id_fkey"
      columns: ["org_id","customer_id","appointment_id"]
isOneToOne: false
      referencedRelation: "service_history"
      referencedColumns: ["org_id","customer_id","id"]
    }
                  ]
                },"job_notes": {
                  Row: {
                    "appointment_id": string,"author_name": string | null,"body": string,"created_at": string,"customer_id": string,"id": string,"location_id": string,"org_id": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                           "appointment_id"?: string | null,"author_name"?: string | null,"body"?: string | null,"created_at"?: string | null,"customer_id"?: string | null,"id"?: string | null,"location_id"?: string | null,"org_id"?: string | null,"updated_at"?: string | null
                         }
                        Update: {
                           "appointment_id"?: string | null,"author_name"?: string | null,"body"?: string | null,"created_at"?: string | null,"customer_id"?: string | null,"id"?: string | null,"location_id"?: string | null,"org_id"?: string | null,"updated_at"?: string | null
                         }
                        Relationships: [
                    {
      foreignKeyName: "work_order_notes_org_id_work_order_id_fkey"
      columns: ["org_id","appointment_id"]
isOneToOne: false
      referencedRelation: "appointments"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "work_order_notes_org_id_work_order_id_fkey"
      columns: ["org_id","appointment_id"]
isOneToOne: false
      referencedRelation: "service_history"
      referencedColumns: ["org_id","id"]
    }
                  ]
                },"job_parts": {
                  Row: {
                    "appointment_id": string,"created_at": string,"customer_id": string,"id": string,"location_id": string,"name": string,"org_id": string,"quantity": number,"sku": string | null,"unit": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                           "appointment_id"?: string | null,"created_at"?: string | null,"customer_id"?: string | null,"id"?: string | null,"location_id"?: string | null,"name"?: string | null,"org_id"?: string | null,"quantity"?: number | null,"sku"?: string | null,"unit"?: string | null,"updated_at"?: string | null
                         }
                        Update: {
                           "appointment_id"?: string | null,"created_at"?: string | null,"customer_id"?: string | null,"id"?: string | null,"location_id"?: string | null,"name"?: string | null,"org_id"?: string | null,"quantity"?: number | null,"sku"?: string | null,"unit"?: string | null,"updated_at"?: string | null
                         }
                        Relationships: [
                    {
      foreignKeyName: "work_order_parts_org_id_work_order_id_fkey"
      columns: ["org_id","appointment_id"]
isOneToOne: false
      referencedRelation: "appointments"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "work_order_parts_org_id_work_order_id_fkey"
      columns: ["org_id","appointment_id"]
isOneToOne: false
      referencedRelation: "service_history"
      referencedColumns: ["org_id","id"]
    }
                  ]
                },"kb_articles": {
                  Row: {
                    "body_markdown": string,"category": string | null,"id": string,"org_id": string | null,"slug": string,"tags": (string)[] | null,"title": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                           "body_markdown"?: string | null,"category"?: string | null,"id"?: string | null,"org_id"?: string | null,"slug"?: string | null,"tags"?: (string)[] | null,"title"?: string | null,"updated_at"?: string | null
                         }
                        Update: {
                           "body_markdown"?: string | null,"category"?: string | null,"id"?: string | null,"org_id"?: string | null,"slug"?: string | null,"tags"?: (string)[] | null,"title"?: string | null,"updated_at"?: string | null
                         }
                        Relationships: [
                    
                  ]
                },"locations": {
                  Row: {
                    "address_line1": string,"address_line2": string | null,"can_book": boolean | null,"city": string,"country": string,"created_at": string,"customer_id": string,"id": string,"is_active": boolean,"is_primary": boolean,"label": string | null,"org_id": string,"postal_code": string,"region": string | null,"timezone": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                           "address_line1"?: string | null,"address_line2"?: string | null,"can_book"?: never,"city"?: string | null,"country"?: string | null,"created_at"?: string | null,"customer_id"?: string | null,"id"?: string | null,"is_active"?: boolean | null,"is_primary"?: boolean | null,"label"?: string | null,"org_id"?: string | null,"postal_code"?: string | null,"region"?: string | null,"timezone"?: string | null,"updated_at"?: string | null
                         }
                        Update: {
                           "address_line1"?: string | null,"address_line2"?: string | null,"can_book"?: never,"city"?: string | null,"country"?: string | null,"created_at"?: string | null,"customer_id"?: string | null,"id"?: string | null,"is_active"?: boolean | null,"is_primary"?: boolean | null,"label"?: string | null,"org_id"?: string | null,"postal_code"?: string | null,"region"?: string | null,"timezone"?: string | null,"updated_at"?: string | null
                         }
                        Relationships: [
                    
                  ]
                },"memberships": {
                  Row: {
                    "benefits": string | null,"billing_interval": string,"created_at": string,"currency": string,"customer_id": string,"ends_on": string | null,"id": string,"org_id": string,"plan_name": string,"price_cents": number,"renews_on": string | null,"starts_on": string,"status": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                           "benefits"?: string | null,"billing_interval"?: string | null,"created_at"?: string | null,"currency"?: string | null,"customer_id"?: string | null,"ends_on"?: string | null,"id"?: string | null,"org_id"?: string | null,"plan_name"?: string | null,"price_cents"?: number | null,"renews_on"?: string | null,"starts_on"?: string | null,"status"?: string | null,"updated_at"?: string | null
                         }
                        Update: {
                           "benefits"?: string | null,"billing_interval"?: string | null,"created_at"?: string | null,"currency"?: string | null,"customer_id"?: string | null,"ends_on"?: string | null,"id"?: string | null,"org_id"?: string | null,"plan_name"?: string | null,"price_cents"?: number | null,"renews_on"?: string | null,"starts_on"?: string | null,"status"?: string | null,"updated_at"?: string | null
                         }
                        Relationships: [
                    
                  ]
                },"messages": {
                  Row: {
                    "appointment_id": string | null,"attachments": Json | null,"body": string,"client_message_id": string | null,"customer_id": string,"id": string,"is_mine": boolean | null,"location_id": string | null,"org_id": string,"read_at": string | null,"sender_name": string | null,"sender_type": Database["portal"]['Enums']["sender_type"],"sent_at": string,"thread_id": string
                  }
                  ComputedFields: never
                  Insert: {
                           "appointment_id"?: string | null,"attachments"?: Json | null,"body"?: string | null,"client_message_id"?: string | null,"customer_id"?: string | null,"id"?: string | null,"is_mine"?: never,"location_id"?: string | null,"org_id"?: string | null,"read_at"?: string | null,"sender_name"?: string | null,"sender_type"?: Database["portal"]['Enums']["sender_type"] | null,"sent_at"?: string | null,"thread_id"?: string | null
                         }
                        Update: {
                           "appointment_id"?: string | null,"attachments"?: Json | null,"body"?: string | null,"client_message_id"?: string | null,"customer_id"?: string | null,"id"?: string | null,"is_mine"?: never,"location_id"?: string | null,"org_id"?: string | null,"read_at"?: string | null,"sender_name"?: string | null,"sender_type"?: Database["portal"]['Enums']["sender_type"] | null,"sent_at"?: string | null,"thread_id"?: string | null
                         }
                        Relationships: [
                    {
      foreignKeyName: "portal_messages_org_id_thread_id_fkey"
      columns: ["org_id","thread_id"]
isOneToOne: false
      referencedRelation: "inbox"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "portal_messages_org_id_thread_id_fkey"
      columns: ["org_id","thread_id"]
isOneToOne: false
      referencedRelation: "threads"
      referencedColumns: ["org_id","id"]
    }
                  ]
                },"notification_preferences": {
                  Row: {
                    "created_at": string,"id": string,"notify_booking_updates_email": boolean,"notify_booking_updates_sms": boolean,"notify_marketing_email": boolean,"notify_marketing_sms": boolean,"notify_messages_email": boolean,"notify_technician_enroute": boolean,"org_id": string,"portal_account_id": string,"quiet_hours_end": string | null,"quiet_hours_start": string | null,"timezone": string | null,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                           "created_at"?: string | null,"id"?: string | null,"notify_booking_updates_email"?: boolean | null,"notify_booking_updates_sms"?: boolean | null,"notify_marketing_email"?: boolean | null,"notify_marketing_sms"?: boolean | null,"notify_messages_email"?: boolean | null,"notify_technician_enroute"?: boolean | null,"org_id"?: string | null,"portal_account_id"?: string | null,"quiet_hours_end"?: string | null,"quiet_hours_start"?: string | null,"timezone"?: string | null,"updated_at"?: string | null
                         }
                        Update: {
                           "created_at"?: string | null,"id"?: string | null,"notify_booking_updates_email"?: boolean | null,"notify_booking_updates_sms"?: boolean | null,"notify_marketing_email"?: boolean | null,"notify_marketing_sms"?: boolean | null,"notify_messages_email"?: boolean | null,"notify_technician_enroute"?: boolean | null,"org_id"?: string | null,"portal_account_id"?: string | null,"quiet_hours_end"?: string | null,"quiet_hours_start"?: string | null,"timezone"?: string | null,"updated_at"?: string | null
                         }
                        Relationships: [
                    {
      foreignKeyName: "portal_notification_preferences_org_id_portal_account_id_fkey"
      columns: ["org_id","portal_account_id"]
isOneToOne: true
      referencedRelation: "accounts"
      referencedColumns: ["org_id","id"]
    }
                  ]
                },"payments": {
                  Row: {
                    "appointment_id": string | null,"currency": string,"customer_id": string,"id": string,"invoice_id": string | null,"issued_at": string,"location_id": string | null,"method": string,"number": string | null,"org_id": string,"paid_at": string | null,"status": Database["portal"]['Enums']["payment_status"],"total_cents": number,"updated_at": string
                  }
                  ComputedFields: never
                  Relationships: [
                    {
      foreignKeyName: "payments_org_id_customer_id_invoice_id_fkey"
      columns: ["org_id","customer_id","invoice_id"]
isOneToOne: false
      referencedRelation: "invoices"
      referencedColumns: ["org_id","customer_id","id"]
    }
                  ]
                },"quotes": {
                  Row: {
                    "appointment_id": string | null,"created_at": string,"currency": string,"customer_id": string,"expires_at": string | null,"id": string,"issued_at": string | null,"location_id": string | null,"number": string,"org_id": string,"status": Database["portal"]['Enums']["quote_status"],"total_cents": number,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                           "appointment_id"?: string | null,"created_at"?: string | null,"currency"?: string | null,"customer_id"?: string | null,"expires_at"?: string | null,"id"?: string | null,"issued_at"?: string | null,"location_id"?: string | null,"number"?: string | null,"org_id"?: string | null,"status"?: Database["portal"]['Enums']["quote_status"] | null,"total_cents"?: number | null,"updated_at"?: string | null
                         }
                        Update: {
                           "appointment_id"?: string | null,"created_at"?: string | null,"currency"?: string | null,"customer_id"?: string | null,"expires_at"?: string | null,"id"?: string | null,"issued_at"?: string | null,"location_id"?: string | null,"number"?: string | null,"org_id"?: string | null,"status"?: Database["portal"]['Enums']["quote_status"] | null,"total_cents"?: number | null,"updated_at"?: string | null
                         }
                        Relationships: [
                    {
      foreignKeyName: "quotes_org_id_customer_id_location_id_fkey"
      columns: ["org_id","customer_id","location_id"]
isOneToOne: false
      referencedRelation: "locations"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "quotes_org_id_customer_id_work_order_id_fkey"
      columns: ["org_id","customer_id","appointment_id"]
isOneToOne: false
      referencedRelation: "appointments"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "quotes_org_id_customer_id_work_order_id_fkey"
      columns: ["org_id","customer_id","appointment_id"]
isOneToOne: false
      referencedRelation: "service_history"
      referencedColumns: ["org_id","customer_id","id"]
    }
                  ]
                },"service_history": {
                  Row: {
                    "completed_at": string | null,"created_at": string,"currency": string | null,"customer_id": string,"document_count": number | null,"id": string,"job_summary": string | null,"location_id": string,"location_label": string | null,"org_id": string,"reference": string,"service_name": string | null,"service_type": string,"technician_id": string | null,"technician_name": string | null,"timezone": string | null,"total_cents": number | null,"updated_at": string,"window_end": string,"window_start": string
                  }
                  ComputedFields: never
                  Relationships: [
                    {
      foreignKeyName: "work_orders_org_id_customer_id_location_id_fkey"
      columns: ["org_id","customer_id","location_id"]
isOneToOne: false
      referencedRelation: "locations"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "work_orders_org_id_service_type_fkey"
      columns: ["org_id","service_type"]
isOneToOne: false
      referencedRelation: "services"
      referencedColumns: ["org_id","code"]
    }
                  ]
                },"services": {
                  Row: {
                    "booking_mode": Database["portal"]['Enums']["booking_mode"],"category": string,"code": string,"description": string | null,"duration_minutes": number,"horizon_days": number,"id": string,"is_emergency": boolean,"lead_time_minutes": number,"name": string,"org_id": string,"price_from_cents": number | null,"safety_notice": string | null
                  }
                  ComputedFields: never
                  Insert: {
                           "booking_mode"?: Database["portal"]['Enums']["booking_mode"] | null,"category"?: string | null,"code"?: string | null,"description"?: string | null,"duration_minutes"?: number | null,"horizon_days"?: number | null,"id"?: string | null,"is_emergency"?: boolean | null,"lead_time_minutes"?: number | null,"name"?: string | null,"org_id"?: string | null,"price_from_cents"?: number | null,"safety_notice"?: string | null
                         }
                        Update: {
                           "booking_mode"?: Database["portal"]['Enums']["booking_mode"] | null,"category"?: string | null,"code"?: string | null,"description"?: string | null,"duration_minutes"?: number | null,"horizon_days"?: number | null,"id"?: string | null,"is_emergency"?: boolean | null,"lead_time_minutes"?: number | null,"name"?: string | null,"org_id"?: string | null,"price_from_cents"?: number | null,"safety_notice"?: string | null
                         }
                        Relationships: [
                    
                  ]
                },"threads": {
                  Row: {
                    "appointment_id": string | null,"created_at": string,"customer_id": string,"id": string,"last_message_at": string | null,"last_message_preview": string | null,"location_id": string | null,"org_id": string,"status": Database["portal"]['Enums']["thread_status"],"subject": string,"unread_count": number | null,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                           "appointment_id"?: string | null,"created_at"?: string | null,"customer_id"?: string | null,"id"?: string | null,"last_message_at"?: string | null,"last_message_preview"?: string | null,"location_id"?: string | null,"org_id"?: string | null,"status"?: Database["portal"]['Enums']["thread_status"] | null,"subject"?: string | null,"unread_count"?: never,"updated_at"?: string | null
                         }
                        Update: {
                           "appointment_id"?: string | null,"created_at"?: string | null,"customer_id"?: string | null,"id"?: string | null,"last_message_at"?: string | null,"last_message_preview"?: string | null,"location_id"?: string | null,"org_id"?: string | null,"status"?: Database["portal"]['Enums']["thread_status"] | null,"subject"?: string | null,"unread_count"?: never,"updated_at"?: string | null
                         }
                        Relationships: [
                    {
      foreignKeyName: "portal_threads_org_id_customer_id_location_id_fkey"
      columns: ["org_id","customer_id","location_id"]
isOneToOne: false
      referencedRelation: "locations"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "portal_threads_org_id_customer_id_related_work_order_id_fkey"
      columns: ["org_id","customer_id","appointment_id"]
isOneToOne: false
      referencedRelation: "appointments"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "portal_threads_org_id_customer_id_related_work_order_id_fkey"
      columns: ["org_id","customer_id","appointment_id"]
isOneToOne: false
      referencedRelation: "service_history"
      referencedColumns: ["org_id","customer_id","id"]
    }
                  ]
                },"warranties": {
                  Row: {
                    "appointment_id": string | null,"coverage": string | null,"created_at": string,"customer_id": string,"ends_on": string | null,"equipment_id": string | null,"id": string,"location_id": string,"org_id": string,"provider": string | null,"starts_on": string,"title": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                           "appointment_id"?: string | null,"coverage"?: string | null,"created_at"?: string | null,"customer_id"?: string | null,"ends_on"?: string | null,"equipment_id"?: string | null,"id"?: string | null,"location_id"?: string | null,"org_id"?: string | null,"provider"?: string | null,"starts_on"?: string | null,"title"?: string | null,"updated_at"?: string | null
                         }
                        Update: {
                           "appointment_id"?: string | null,"coverage"?: string | null,"created_at"?: string | null,"customer_id"?: string | null,"ends_on"?: string | null,"equipment_id"?: string | null,"id"?: string | null,"location_id"?: string | null,"org_id"?: string | null,"provider"?: string | null,"starts_on"?: string | null,"title"?: string | null,"updated_at"?: string | null
                         }
                        Relationships: [
                    {
      foreignKeyName: "warranties_org_id_customer_id_equipment_id_fkey"
      columns: ["org_id","customer_id","equipment_id"]
isOneToOne: false
      referencedRelation: "equipment"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "warranties_org_id_customer_id_location_id_fkey"
      columns: ["org_id","customer_id","location_id"]
isOneToOne: false
      referencedRelation: "locations"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "warranties_org_id_customer_id_work_order_id_fkey"
      columns: ["org_id","customer_id","appointment_id"]
isOneToOne: false
      referencedRelation: "appointments"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "warranties_org_id_customer_id_work_order_id_fkey"
      columns: ["org_id","customer_id","appointment_id"]
isOneToOne: false
      referencedRelation: "service_history"
      referencedColumns: ["org_id","customer_id","id"]
    }
                  ]
                }
          }
          Functions: {
            "accept_invite":
{ Args: { "token": string }; Returns: {
              "account_id": string,"customer_id": string,"linked_by": string,"org_id": string,"role": Database["portal"]['Enums']["account_role"],"status": Database["portal"]['Enums']["account_status"]
            }[]
                           },
"add_location":
{ Args: { "address"?: Json,"label"?: string,"timezone"?: string }; Returns: Database["portal"]['CompositeTypes']["location_row"][]
                          SetofOptions: {
        from: "*"
        to: "location_row"
        isOneToOne: false
        isSetofReturn: true
      } },
"appointment_calendar":
{ Args: { "appointment_id": string }; Returns: unknown
                           },
"appointment_policy":
{ Args: { "appointment_id": string }; Returns: {
              "can_cancel": boolean,"can_reschedule": boolean,"cancel_message": string,"cancel_refusal": string,"cancel_until": string,"contact_email": string,"contact_phone": string,"currency": string,"fee_cents": number,"fee_free_until": string,"reschedule_message": string,"reschedule_refusal": string,"reschedule_until": string,"reschedules_left": number
            }[]
                           },
"appointment_status":
{ Args: { "appointment_id": string }; Returns: {
              "eta": string,"status": Database["portal"]['Enums']["work_order_status"],"technician_name": string,"updated_at": string
            }[]
                           },
"assign_technician":
{ Args: { "appointment_id": string,"technician_id": string }; Returns: Database["portal"]['CompositeTypes']["appointment_row"][]
                          SetofOptions: {
        from: "*"
        to: "appointment_row"
        isOneToOne: false
        isSetofReturn: true
      } },
"available_windows":
{ Args: { "from_date"?: string,"location_id": string,"service_type": string,"to_date"?: string }; Returns: {
              "capacity": number,"local_date": string,"local_end": string,"local_start": string,"timezone": string,"window_end": string,"window_start": string
            }[]
                           },
"cancel_appointment":
{ Args: { "appointment_id": string,"dry_run"?: boolean,"idempotency_key"?: string,"reason"?: string }; Returns: Database["portal"]['CompositeTypes']["appointment_row"][]
                          SetofOptions: {
        from: "*"
        to: "appointment_row"
        isOneToOne: false
        isSetofReturn: true
      } },
"cancel_booking_request":
{ Args: { "booking_request_id": string,"idempotency_key"?: string,"reason"?: string }; Returns: Database["portal"]['CompositeTypes']["booking_row"][]
                          SetofOptions: {
        from: "*"
        to: "booking_row"
        isOneToOne: false
        isSetofReturn: true
      } },
"company":
{ Args: { "org_slug": string }; Returns: {
              "brand_color": string,"logo_url": string,"name": string,"slug": string,"support_email": string,"support_phone": string,"timezone": string
            }[]
                           },
"create_booking_request":
{ Args: { "attachments"?: Json,"dry_run"?: boolean,"flexible_date"?: boolean,"idempotency_key"?: string,"location_id"?: string,"new_location"?: Json,"preferred_service_date"?: string,"preferred_time_window_end"?: string,"preferred_time_window_start"?: string,"problem_description": string,"service_type": string,"source_channel"?: string,"window_start"?: string }; Returns: Database["portal"]['CompositeTypes']["booking_row"][]
                          SetofOptions: {
        from: "*"
        to: "booking_row"
        isOneToOne: false
        isSetofReturn: true
      } },
"create_thread":
{ Args: { "appointment_id"?: string,"attachments"?: Json,"body"?: string,"client_message_id"?: string,"location_id"?: string,"subject"?: string }; Returns: {
              "message_id": string,"sent_at": string,"status": Database["portal"]['Enums']["thread_status"],"thread_id": string
            }[]
                           },
"dashboard":
{ Args: Record<PropertyKey, never>; Returns: Json
                           } |
{ Args: { "location_id": string }; Returns: Json
                           },
"end_ai_conversation":
{ Args: { "conversation_id": string }; Returns: Database["portal"]['Enums']["ai_conversation_status"]
                           },
"escalate_ai_conversation":
{ Args: { "conversation_id": string,"reason"?: string }; Returns: string
                           },
"invite_contact":
{ Args: { "customer_id"?: string,"email": string,"full_name"?: string,"location_ids"?: (string)[],"role"?: string }; Returns: {
              "expires_at": string,"invite_id": string,"token": string
            }[]
                           },
"job_detail":
{ Args: { "appointment_id": string }; Returns: Json
                           },
"live_position":
{ Args: Record<PropertyKey, never>; Returns: string
                           },
"mark_thread_read":
{ Args: { "thread_id": string }; Returns: number
                           },
"my_sessions":
{ Args: Record<PropertyKey, never>; Returns: {
              "created_at": string,"id": string,"ip": string,"is_current": boolean,"last_seen_at": string,"user_agent": string
            }[]
                           },
"open_document":
{ Args: { "document_id": string }; Returns: {
              "bucket": string,"mime_type": string,"path": string,"title": string
            }[]
                           },
"record_event":
{ Args: { "event_type": string,"payload"?: Json }; Returns: undefined
                           },
"report_ai_message":
{ Args: { "helpful": boolean,"message_id": string,"reason"?: string }; Returns: undefined
                           },
"reschedule_appointment":
{ Args: { "appointment_id": string,"dry_run"?: boolean,"idempotency_key"?: string,"reason"?: string,"window_start": string }; Returns: Database["portal"]['CompositeTypes']["appointment_row"][]
                          SetofOptions: {
        from: "*"
        to: "appointment_row"
        isOneToOne: false
        isSetofReturn: true
      } },
"review_booking_request":
{ Args: { "booking_request_id": string,"decision": string,"note"?: string,"technician_id"?: string,"window_start"?: string }; Returns: Database["portal"]['CompositeTypes']["booking_row"][]
                          SetofOptions: {
        from: "*"
        to: "booking_row"
        isOneToOne: false
        isSetofReturn: true
      } },
"revoke_contact":
{ Args: { "account_id": string }; Returns: {
              "account_id": string,"status": Database["portal"]['Enums']["account_status"]
            }[]
                           },
"revoke_session":
{ Args: { "session_id": string }; Returns: undefined
                           },
"search_kb":
{ Args: { "category"?: string,"embedding_model"?: string,"match_count"?: number,"query": string,"query_embedding"?: (number)[] }; Returns: {
              "article_id": string,"chunk_id": string,"content": string,"heading_path": (string)[],"score": number,"similarity": number,"slug": string,"text_rank": number,"title": string,"vector_rank": number
            }[]
                           },
"send_message":
{ Args: { "attachments"?: Json,"body": string,"client_message_id"?: string,"thread_id": string }; Returns: Database["portal"]['CompositeTypes']["message_row"][]
                          SetofOptions: {
        from: "*"
        to: "message_row"
        isOneToOne: false
        isSetofReturn: true
      } },
"set_appointment_status":
{ Args: { "appointment_id": string,"eta"?: string,"note"?: string,"status"?: string }; Returns: Database["portal"]['CompositeTypes']["appointment_row"][]
                          SetofOptions: {
        from: "*"
        to: "appointment_row"
        isOneToOne: false
        isSetofReturn: true
      } },
"set_thread_status":
{ Args: { "status": string,"thread_id": string }; Returns: Database["portal"]['Enums']["thread_status"]
                           },
"settings":
{ Args: Record<PropertyKey, never>; Returns: Json
                           },
"sign_up":
{ Args: { "full_name"?: string,"invite_token"?: string,"org_slug": string,"phone"?: string,"reference"?: string }; Returns: {
              "account_id": string,"customer_id": string,"linked_by": string,"org_id": string,"role": Database["portal"]['Enums']["account_role"],"status": Database["portal"]['Enums']["account_status"]
            }[]
                           },
"start_ai_conversation":
{ Args: { "appointment_id"?: string,"context_type"?: string,"org_slug"?: string,"session_token"?: string }; Returns: {
              "id": string,"session_token": string,"status": Database["portal"]['Enums']["ai_conversation_status"]
            }[]
                           },
"update_location":
{ Args: { "address"?: Json,"is_primary"?: boolean,"label"?: string,"location_id": string,"timezone"?: string }; Returns: Database["portal"]['CompositeTypes']["location_row"][]
                          SetofOptions: {
        from: "*"
        to: "location_row"
        isOneToOne: false
        isSetofReturn: true
      } },
"update_notification_preferences":
{ Args: { "clear_quiet_hours"?: boolean,"notify_booking_updates_email"?: boolean,"notify_booking_updates_sms"?: boolean,"notify_marketing_email"?: boolean,"notify_marketing_sms"?: boolean,"notify_messages_email"?: boolean,"notify_technician_enroute"?: boolean,"quiet_hours_end"?: string,"quiet_hours_start"?: string,"timezone"?: string }; Returns: Database["portal"]['CompositeTypes']["notification_preferences_row"][]
                          SetofOptions: {
        from: "*"
        to: "notification_preferences_row"
        isOneToOne: false
        isSetofReturn: true
      } },
"update_profile":
{ Args: { "full_name"?: string,"phone"?: string,"preferred_language"?: string }; Returns: {
              "email": string,"full_name": string,"phone": string,"preferred_language": string,"updated_at": string
            }[]
                           }
          }
          Enums: {
            "account_role": "customer"|"property_manager"|"billing_contact"|"admin","account_status": "active"|"invited"|"suspended"|"closed","actor_type": "portal_user"|"staff"|"service"|"system","ai_context_type": "general_support"|"pre_booking"|"active_job"|"billing_question","ai_conversation_status": "active"|"ended"|"escalated","ai_role": "user"|"assistant"|"system","booking_mode": "instant"|"request","booking_status": "submitted"|"under_review"|"approved"|"scheduled"|"rejected"|"canceled_by_customer","capability": "view"|"book"|"cancel"|"billing"|"manage","customer_kind": "individual"|"organization","document_kind": "work_order"|"photo"|"video"|"invoice"|"quote"|"manual"|"warranty"|"membership"|"other","invite_status": "pending"|"accepted"|"revoked"|"expired","invited_via": "self_signup"|"email_invite"|"csr_created","invoice_status": "draft"|"open"|"paid"|"void"|"overdue","note_visibility": "customer"|"internal","notification_channel": "email"|"sms"|"slack"|"webhook","notification_status": "pending"|"sending"|"sent"|"dead"|"expired"|"canceled","payment_status": "pending"|"succeeded"|"failed"|"refunded","profile_role": "portal_customer"|"portal_manager"|"admin"|"csr"|"dispatcher"|"technician","quote_status": "draft"|"sent"|"accepted"|"declined"|"expired","sender_type": "portal_customer"|"internal_user"|"system","sentiment": "positive"|"neutral"|"negative","source_channel": "web_portal"|"mobile_app"|"ai_assistant","thread_status": "open"|"pending_customer"|"pending_internal"|"closed","work_order_status": "tentative"|"scheduled"|"en_route"|"on_site"|"completed"|"canceled"|"no_show"
          }
          CompositeTypes: {
            "appointment_row": {
                        "org_id": string | null,"id": string | null,"reference": string | null,"customer_id": string | null,"status": Database["portal"]['Enums']["work_order_status"] | null,"service_type": string | null,"service_name": string | null,"location_id": string | null,"location_label": string | null,"timezone": string | null,"window_start": string | null,"window_end": string | null,"eta": string | null,"technician_id": string | null,"technician_name": string | null,"technician_avatar": string | null,"job_summary": string | null,"ics_sequence": number | null,"reschedule_count": number | null,"completed_at": string | null,"canceled_at": string | null,"created_at": string | null,"updated_at": string | null,"fee_cents": number | null
                      },"booking_row": {
                        "id": string | null,"org_id": string | null,"status": Database["portal"]['Enums']["booking_status"] | null,"service_type": string | null,"problem_description": string | null,"location_id": string | null,"preferred_service_date": string | null,"preferred_time_window_start": string | null,"preferred_time_window_end": string | null,"flexible_date": boolean | null,"attachments": Json | null,"source_channel": Database["portal"]['Enums']["source_channel"] | null,"appointment_id": string | null,"created_at": string | null,"updated_at": string | null,"appointment_status": Database["portal"]['Enums']["work_order_status"] | null,"window_start": string | null,"window_end": string | null,"technician_name": string | null,"safety_notice": string | null,"decision_note": string | null,"decided_at": string | null
                      },"location_row": {
                        "org_id": string | null,"id": string | null,"customer_id": string | null,"label": string | null,"address_line1": string | null,"address_line2": string | null,"city": string | null,"region": string | null,"postal_code": string | null,"country": string | null,"timezone": string | null,"is_primary": boolean | null,"is_active": boolean | null,"can_book": boolean | null,"created_at": string | null,"updated_at": string | null
                      },"message_row": {
                        "org_id": string | null,"id": string | null,"thread_id": string | null,"customer_id": string | null,"location_id": string | null,"appointment_id": string | null,"sender_type": Database["portal"]['Enums']["sender_type"] | null,"sender_name": string | null,"body": string | null,"attachments": Json | null,"client_message_id": string | null,"is_mine": boolean | null,"sent_at": string | null,"read_at": string | null
                      },"notification_preferences_row": {
                        "org_id": string | null,"id": string | null,"portal_account_id": string | null,"notify_booking_updates_email": boolean | null,"notify_booking_updates_sms": boolean | null,"notify_marketing_email": boolean | null,"notify_marketing_sms": boolean | null,"notify_technician_enroute": boolean | null,"notify_messages_email": boolean | null,"quiet_hours_start": string | null,"quiet_hours_end": string | null,"timezone": string | null,"created_at": string | null,"updated_at": string | null
                      }
          }
        },"public": {
          Tables: {
            "booking_policies": {
                  Row: {
                    "auto_approve": boolean,"cancel_notice_minutes": number,"contact_email": string | null,"contact_phone": string | null,"created_at": string,"currency": string,"fee_tiers": NonNullable<Json>,"hold_minutes": number,"id": string,"max_reschedules": number,"org_id": string,"reschedule_notice_minutes": number,"service_type": string | null,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "auto_approve"?: boolean,"cancel_notice_minutes"?: number,"contact_email"?: string | null,"contact_phone"?: string | null,"created_at"?: string,"currency"?: string,"fee_tiers"?: NonNullable<Json>,"hold_minutes"?: number,"id"?: string,"max_reschedules"?: number,"org_id"?: string,"reschedule_notice_minutes"?: number,"service_type"?: string | null,"updated_at"?: string
                  }
                  Update: {
                    "auto_approve"?: boolean,"cancel_notice_minutes"?: number,"contact_email"?: string | null,"contact_phone"?: string | null,"created_at"?: string,"currency"?: string,"fee_tiers"?: NonNullable<Json>,"hold_minutes"?: number,"id"?: string,"max_reschedules"?: number,"org_id"?: string,"reschedule_notice_minutes"?: number,"service_type"?: string | null,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "booking_policies_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "booking_policies_org_id_service_type_fkey"
      columns: ["org_id","service_type"]
isOneToOne: true
      referencedRelation: "service_types"
      referencedColumns: ["org_id","code"]
    }
                  ]
                },"booking_windows": {
                  Row: {
                    "created_at": string,"end_time": string,"id": string,"is_active": boolean,"org_id": string,"service_type": string | null,"start_time": string,"updated_at": string,"weekday": number
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"end_time": string,"id"?: string,"is_active"?: boolean,"org_id"?: string,"service_type"?: string | null,"start_time": string,"updated_at"?: string,"weekday": number
                  }
                  Update: {
                    "created_at"?: string,"end_time"?: string,"id"?: string,"is_active"?: boolean,"org_id"?: string,"service_type"?: string | null,"start_time"?: string,"updated_at"?: string,"weekday"?: number
                  }
                  Relationships: [
                    {
      foreignKeyName: "booking_windows_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "booking_windows_org_id_service_type_fkey"
      columns: ["org_id","service_type"]
isOneToOne: false
      referencedRelation: "service_types"
      referencedColumns: ["org_id","code"]
    }
                  ]
                },"crm_interactions": {
                  Row: {
                    "created_at": string,"created_by_user_id": string | null,"customer_id": string,"direction": string,"id": string,"kind": string,"location_id": string | null,"occurred_at": string,"org_id": string,"summary": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"created_by_user_id"?: string | null,"customer_id": string,"direction": string,"id"?: string,"kind": string,"location_id"?: string | null,"occurred_at"?: string,"org_id"?: string,"summary": string,"updated_at"?: string
                  }
                  Update: {
                    "created_at"?: string,"created_by_user_id"?: string | null,"customer_id"?: string,"direction"?: string,"id"?: string,"kind"?: string,"location_id"?: string | null,"occurred_at"?: string,"org_id"?: string,"summary"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "crm_interactions_org_id_customer_id_fkey"
      columns: ["org_id","customer_id"]
isOneToOne: false
      referencedRelation: "customers"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "crm_interactions_org_id_customer_id_location_id_fkey"
      columns: ["org_id","customer_id","location_id"]
isOneToOne: false
      referencedRelation: "customer_locations"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "crm_interactions_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    }
                  ]
                },"customer_contacts": {
                  Row: {
                    "created_at": string,"customer_id": string,"email": string | null,"full_name": string,"id": string,"is_active": boolean,"location_id": string | null,"org_id": string,"phone": string | null,"role": string | null,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"customer_id": string,"email"?: string | null,"full_name": string,"id"?: string,"is_active"?: boolean,"location_id"?: string | null,"org_id"?: string,"phone"?: string | null,"role"?: string | null,"updated_at"?: string
                  }
                  Update: {
                    "created_at"?: string,"customer_id"?: string,"email"?: string | null,"full_name"?: string,"id"?: string,"is_active"?: boolean,"location_id"?: string | null,"org_id"?: string,"phone"?: string | null,"role"?: string | null,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "customer_contacts_org_id_customer_id_fkey"
      columns: ["org_id","customer_id"]
isOneToOne: false
      referencedRelation: "customers"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "customer_contacts_org_id_customer_id_location_id_fkey"
      columns: ["org_id","customer_id","location_id"]
isOneToOne: false
      referencedRelation: "customer_locations"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "customer_contacts_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    }
                  ]
                },"customer_locations": {
                  Row: {
                    "address_line1": string,"address_line2": string | null,"city": string,"country": string,"created_at": string,"customer_id": string,"id": string,"is_active": boolean,"is_primary": boolean,"label": string | null,"org_id": string,"postal_code": string,"region": string | null,"timezone": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "address_line1": string,"address_line2"?: string | null,"city": string,"country"?: string,"created_at"?: string,"customer_id": string,"id"?: string,"is_active"?: boolean,"is_primary"?: boolean,"label"?: string | null,"org_id"?: string,"postal_code": string,"region"?: string | null,"timezone": string,"updated_at"?: string
                  }
                  Update: {
                    "address_line1"?: string,"address_line2"?: string | null,"city"?: string,"country"?: string,"created_at"?: string,"customer_id"?: string,"id"?: string,"is_active"?: boolean,"is_primary"?: boolean,"label"?: string | null,"org_id"?: string,"postal_code"?: string,"region"?: string | null,"timezone"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "customer_locations_org_id_customer_id_fkey"
      columns: ["org_id","customer_id"]
isOneToOne: false
      referencedRelation: "customers"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "customer_locations_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    }
                  ]
                },"customers": {
                  Row: {
                    "billing_address_line1": string | null,"billing_address_line2": string | null,"billing_city": string | null,"billing_country": string,"billing_postal_code": string | null,"billing_region": string | null,"created_at": string,"do_not_contact": boolean,"email": string | null,"full_name": string,"id": string,"is_active": boolean,"kind": Database["portal"]['Enums']["customer_kind"],"org_id": string,"phone": string | null,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "billing_address_line1"?: string | null,"billing_address_line2"?: string | null,"billing_city"?: string | null,"billing_country"?: string,"billing_postal_code"?: string | null,"billing_region"?: string | null,"created_at"?: string,"do_not_contact"?: boolean,"email"?: string | null,"full_name": string,"id"?: string,"is_active"?: boolean,"kind"?: Database["portal"]['Enums']["customer_kind"],"org_id"?: string,"phone"?: string | null,"updated_at"?: string
                  }
                  Update: {
                    "billing_address_line1"?: string | null,"billing_address_line2"?: string | null,"billing_city"?: string | null,"billing_country"?: string,"billing_postal_code"?: string | null,"billing_region"?: string | null,"created_at"?: string,"do_not_contact"?: boolean,"email"?: string | null,"full_name"?: string,"id"?: string,"is_active"?: boolean,"kind"?: Database["portal"]['Enums']["customer_kind"],"org_id"?: string,"phone"?: string | null,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "customers_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    }
                  ]
                },"documents": {
                  Row: {
                    "bucket": string,"created_at": string,"customer_id": string,"id": string,"kind": Database["portal"]['Enums']["document_kind"],"location_id": string | null,"mime_type": string,"org_id": string,"path": string,"size_bytes": number | null,"title": string,"updated_at": string,"visibility": Database["portal"]['Enums']["note_visibility"],"work_order_id": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "bucket"?: string,"created_at"?: string,"customer_id": string,"id"?: string,"kind": Database["portal"]['Enums']["document_kind"],"location_id"?: string | null,"mime_type": string,"org_id"?: string,"path": string,"size_bytes"?: number | null,"title": string,"updated_at"?: string,"visibility"?: Database["portal"]['Enums']["note_visibility"],"work_order_id"?: string | null
                  }
                  Update: {
                    "bucket"?: string,"created_at"?: string,"customer_id"?: string,"id"?: string,"kind"?: Database["portal"]['Enums']["document_kind"],"location_id"?: string | null,"mime_type"?: string,"org_id"?: string,"path"?: string,"size_bytes"?: number | null,"title"?: string,"updated_at"?: string,"visibility"?: Database["portal"]['Enums']["note_visibility"],"work_order_id"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "documents_org_id_customer_id_fkey"
      columns: ["org_id","customer_id"]
isOneToOne: false
      referencedRelation: "customers"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "documents_org_id_customer_id_location_id_fkey"
      columns: ["org_id","customer_id","location_id"]
isOneToOne: false
      referencedRelation: "customer_locations"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "documents_org_id_customer_id_work_order_id_fkey"
      columns: ["org_id","customer_id","work_order_id"]
isOneToOne: false
      referencedRelation: "work_orders"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "documents_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    }
                  ]
                },"equipment": {
                  Row: {
                    "created_at": string,"customer_id": string,"id": string,"installed_on": string | null,"is_active": boolean,"kind": string,"location_id": string,"manufacturer": string | null,"model": string | null,"org_id": string,"serial_number": string | null,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"customer_id": string,"id"?: string,"installed_on"?: string | null,"is_active"?: boolean,"kind": string,"location_id": string,"manufacturer"?: string | null,"model"?: string | null,"org_id"?: string,"serial_number"?: string | null,"updated_at"?: string
                  }
                  Update: {
                    "created_at"?: string,"customer_id"?: string,"id"?: string,"installed_on"?: string | null,"is_active"?: boolean,"kind"?: string,"location_id"?: string,"manufacturer"?: string | null,"model"?: string | null,"org_id"?: string,"serial_number"?: string | null,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "equipment_org_id_customer_id_fkey"
      columns: ["org_id","customer_id"]
isOneToOne: false
      referencedRelation: "customers"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "equipment_org_id_customer_id_location_id_fkey"
      columns: ["org_id","customer_id","location_id"]
isOneToOne: false
      referencedRelation: "customer_locations"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "equipment_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    }
                  ]
                },"invoices": {
                  Row: {
                    "created_at": string,"currency": string,"customer_id": string,"due_at": string | null,"id": string,"issued_at": string | null,"location_id": string | null,"number": string,"org_id": string,"status": Database["portal"]['Enums']["invoice_status"],"total_cents": number,"updated_at": string,"work_order_id": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"currency"?: string,"customer_id": string,"due_at"?: string | null,"id"?: string,"issued_at"?: string | null,"location_id"?: string | null,"number": string,"org_id"?: string,"status"?: Database["portal"]['Enums']["invoice_status"],"total_cents": number,"updated_at"?: string,"work_order_id"?: string | null
                  }
                  Update: {
                    "created_at"?: string,"currency"?: string,"customer_id"?: string,"due_at"?: string | null,"id"?: string,"issued_at"?: string | null,"location_id"?: string | null,"number"?: string,"org_id"?: string,"status"?: Database["portal"]['Enums']["invoice_status"],"total_cents"?: number,"updated_at"?: string,"work_order_id"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "invoices_org_id_customer_id_fkey"
      columns: ["org_id","customer_id"]
isOneToOne: false
      referencedRelation: "customers"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "invoices_org_id_customer_id_location_id_fkey"
      columns: ["org_id","customer_id","location_id"]
isOneToOne: false
      referencedRelation: "customer_locations"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "invoices_org_id_customer_id_work_order_id_fkey"
      columns: ["org_id","customer_id","work_order_id"]
isOneToOne: false
      referencedRelation: "work_orders"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "invoices_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    }
                  ]
                },"kb_article_chunks": {
                  Row: {
                    "article_id": string,"chunk_index": number,"content": string,"content_hash": string,"created_at": string,"embedding": string | null,"heading_path": (string)[],"id": string,"model": string,"org_id": string | null,"search": unknown,"title": string
                  }
                  ComputedFields: never
                  Insert: {
                    "article_id": string,"chunk_index": number,"content": string,"content_hash": string,"created_at"?: string,"embedding"?: string | null,"heading_path"?: (string)[],"id"?: string,"model": string,"org_id"?: string | null,"search": unknown,"title": string
                  }
                  Update: {
                    "article_id"?: string,"chunk_index"?: number,"content"?: string,"content_hash"?: string,"created_at"?: string,"embedding"?: string | null,"heading_path"?: (string)[],"id"?: string,"model"?: string,"org_id"?: string | null,"search"?: unknown,"title"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "kb_article_chunks_article_id_fkey"
      columns: ["article_id"]
isOneToOne: false
      referencedRelation: "kb_articles"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "kb_article_chunks_model_fkey"
      columns: ["model"]
isOneToOne: false
      referencedRelation: "kb_embedding_models"
      referencedColumns: ["model"]
    },{
      foreignKeyName: "kb_article_chunks_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    }
                  ]
                },"kb_articles": {
                  Row: {
                    "body_markdown": string,"category": string | null,"created_at": string,"created_by_user_id": string | null,"id": string,"is_published": boolean,"org_id": string | null,"search": unknown,"slug": string,"tags": (string)[] | null,"title": string,"updated_at": string,"updated_by_user_id": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "body_markdown": string,"category"?: string | null,"created_at"?: string,"created_by_user_id"?: string | null,"id"?: string,"is_published"?: boolean,"org_id"?: string | null,"search"?: never,"slug": string,"tags"?: (string)[] | null,"title": string,"updated_at"?: string,"updated_by_user_id"?: string | null
                  }
                  Update: {
                    "body_markdown"?: string,"category"?: string | null,"created_at"?: string,"created_by_user_id"?: string | null,"id"?: string,"is_published"?: boolean,"org_id"?: string | null,"search"?: never,"slug"?: string,"tags"?: (string)[] | null,"title"?: string,"updated_at"?: string,"updated_by_user_id"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "kb_articles_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    }
                  ]
                },"kb_embedding_jobs": {
                  Row: {
                    "article_id": string,"attempts": number,"created_at": string,"last_error": string | null,"lease_until": string | null,"model": string,"not_before": string,"org_id": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "article_id": string,"attempts"?: number,"created_at"?: string,"last_error"?: string | null,"lease_until"?: string | null,"model": string,"not_before"?: string,"org_id"?: string | null
                  }
                  Update: {
                    "article_id"?: string,"attempts"?: number,"created_at"?: string,"last_error"?: string | null,"lease_until"?: string | null,"model"?: string,"not_before"?: string,"org_id"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "kb_embedding_jobs_article_id_fkey"
      columns: ["article_id"]
isOneToOne: false
      referencedRelation: "kb_articles"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "kb_embedding_jobs_model_fkey"
      columns: ["model"]
isOneToOne: false
      referencedRelation: "kb_embedding_models"
      referencedColumns: ["model"]
    },{
      foreignKeyName: "kb_embedding_jobs_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    }
                  ]
                },"kb_embedding_models": {
                  Row: {
                    "activated_at": string | null,"created_at": string,"dimensions": number | null,"model": string,"retired_at": string | null,"state": string,"weak_below": number
                  }
                  ComputedFields: never
                  Insert: {
                    "activated_at"?: string | null,"created_at"?: string,"dimensions"?: number | null,"model": string,"retired_at"?: string | null,"state"?: string,"weak_below"?: number
                  }
                  Update: {
                    "activated_at"?: string | null,"created_at"?: string,"dimensions"?: number | null,"model"?: string,"retired_at"?: string | null,"state"?: string,"weak_below"?: number
                  }
                  Relationships: [
                    
                  ]
                },"memberships": {
                  Row: {
                    "benefits": string | null,"billing_interval": string,"created_at": string,"currency": string,"customer_id": string,"ends_on": string | null,"id": string,"org_id": string,"plan_name": string,"price_cents": number,"renews_on": string | null,"starts_on": string,"status": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "benefits"?: string | null,"billing_interval"?: string,"created_at"?: string,"currency"?: string,"customer_id": string,"ends_on"?: string | null,"id"?: string,"org_id"?: string,"plan_name": string,"price_cents": number,"renews_on"?: string | null,"starts_on": string,"status"?: string,"updated_at"?: string
                  }
                  Update: {
                    "benefits"?: string | null,"billing_interval"?: string,"created_at"?: string,"currency"?: string,"customer_id"?: string,"ends_on"?: string | null,"id"?: string,"org_id"?: string,"plan_name"?: string,"price_cents"?: number,"renews_on"?: string | null,"starts_on"?: string,"status"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "memberships_org_id_customer_id_fkey"
      columns: ["org_id","customer_id"]
isOneToOne: false
      referencedRelation: "customers"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "memberships_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    }
                  ]
                },"org_assistant_settings": {
                  Row: {
                    "account_turns_per_hour": number | null,"anonymous_conversations_per_hour": number | null,"answer_tokens": number | null,"conversation_tokens": number | null,"conversation_turns": number | null,"created_at": string,"disclaimer": string | null,"is_enabled": boolean,"org_id": string,"org_tokens_per_day": number | null,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "account_turns_per_hour"?: number | null,"anonymous_conversations_per_hour"?: number | null,"answer_tokens"?: number | null,"conversation_tokens"?: number | null,"conversation_turns"?: number | null,"created_at"?: string,"disclaimer"?: string | null,"is_enabled"?: boolean,"org_id"?: string,"org_tokens_per_day"?: number | null,"updated_at"?: string
                  }
                  Update: {
                    "account_turns_per_hour"?: number | null,"anonymous_conversations_per_hour"?: number | null,"answer_tokens"?: number | null,"conversation_tokens"?: number | null,"conversation_turns"?: number | null,"created_at"?: string,"disclaimer"?: string | null,"is_enabled"?: boolean,"org_id"?: string,"org_tokens_per_day"?: number | null,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "org_assistant_settings_org_id_fkey"
      columns: ["org_id"]
isOneToOne: true
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    }
                  ]
                },"org_business_hours": {
                  Row: {
                    "closes_at": string,"created_at": string,"id": string,"opens_at": string,"org_id": string,"updated_at": string,"weekday": number
                  }
                  ComputedFields: never
                  Insert: {
                    "closes_at": string,"created_at"?: string,"id"?: string,"opens_at": string,"org_id"?: string,"updated_at"?: string,"weekday": number
                  }
                  Update: {
                    "closes_at"?: string,"created_at"?: string,"id"?: string,"opens_at"?: string,"org_id"?: string,"updated_at"?: string,"weekday"?: number
                  }
                  Relationships: [
                    {
      foreignKeyName: "org_business_hours_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    }
                  ]
                },"org_channels": {
                  Row: {
                    "address": string,"channel": Database["portal"]['Enums']["notification_channel"],"created_at": string,"events": (string)[],"id": string,"is_active": boolean,"label": string,"org_id": string,"secret": string | null,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "address": string,"channel": Database["portal"]['Enums']["notification_channel"],"created_at"?: string,"events"?: (string)[],"id"?: string,"is_active"?: boolean,"label": string,"org_id"?: string,"secret"?: string | null,"updated_at"?: string
                  }
                  Update: {
                    "address"?: string,"channel"?: Database["portal"]['Enums']["notification_channel"],"created_at"?: string,"events"?: (string)[],"id"?: string,"is_active"?: boolean,"label"?: string,"org_id"?: string,"secret"?: string | null,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "org_channels_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    }
                  ]
                },"org_holidays": {
                  Row: {
                    "created_at": string,"holiday_on": string,"id": string,"name": string,"org_id": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"holiday_on": string,"id"?: string,"name": string,"org_id"?: string,"updated_at"?: string
                  }
                  Update: {
                    "created_at"?: string,"holiday_on"?: string,"id"?: string,"name"?: string,"org_id"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "org_holidays_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    }
                  ]
                },"orgs": {
                  Row: {
                    "away_message": string | null,"brand_color": string | null,"created_at": string,"currency": string,"emergency_reserve_percent": number,"id": string,"is_active": boolean,"logo_url": string | null,"name": string,"slug": string,"sms_from": string | null,"support_email": string | null,"support_phone": string | null,"timezone": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "away_message"?: string | null,"brand_color"?: string | null,"created_at"?: string,"currency"?: string,"emergency_reserve_percent"?: number,"id"?: string,"is_active"?: boolean,"logo_url"?: string | null,"name": string,"slug": string,"sms_from"?: string | null,"support_email"?: string | null,"support_phone"?: string | null,"timezone": string,"updated_at"?: string
                  }
                  Update: {
                    "away_message"?: string | null,"brand_color"?: string | null,"created_at"?: string,"currency"?: string,"emergency_reserve_percent"?: number,"id"?: string,"is_active"?: boolean,"logo_url"?: string | null,"name"?: string,"slug"?: string,"sms_from"?: string | null,"support_email"?: string | null,"support_phone"?: string | null,"timezone"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    
                  ]
                },"payments": {
                  Row: {
                    "amount_cents": number,"created_at": string,"currency": string,"customer_id": string,"id": string,"invoice_id": string | null,"location_id": string | null,"method": string,"org_id": string,"paid_at": string | null,"provider_reference": string | null,"status": Database["portal"]['Enums']["payment_status"],"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "amount_cents": number,"created_at"?: string,"currency"?: string,"customer_id": string,"id"?: string,"invoice_id"?: string | null,"location_id"?: string | null,"method": string,"org_id"?: string,"paid_at"?: string | null,"provider_reference"?: string | null,"status"?: Database["portal"]['Enums']["payment_status"],"updated_at"?: string
                  }
                  Update: {
                    "amount_cents"?: number,"created_at"?: string,"currency"?: string,"customer_id"?: string,"id"?: string,"invoice_id"?: string | null,"location_id"?: string | null,"method"?: string,"org_id"?: string,"paid_at"?: string | null,"provider_reference"?: string | null,"status"?: Database["portal"]['Enums']["payment_status"],"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "payments_org_id_customer_id_fkey"
      columns: ["org_id","customer_id"]
isOneToOne: false
      referencedRelation: "customers"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "payments_org_id_customer_id_invoice_id_fkey"
      columns: ["org_id","customer_id","invoice_id"]
isOneToOne: false
      referencedRelation: "invoices"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "payments_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    }
                  ]
                },"portal_account_grants": {
                  Row: {
                    "capabilities": (Database["portal"]['Enums']["capability"])[],"created_at": string,"customer_id": string,"granted_by_user_id": string | null,"id": string,"location_id": string | null,"org_id": string,"portal_account_id": string,"revoked_at": string | null,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "capabilities": (Database["portal"]['Enums']["capability"])[],"created_at"?: string,"customer_id": string,"granted_by_user_id"?: string | null,"id"?: string,"location_id"?: string | null,"org_id": string,"portal_account_id": string,"revoked_at"?: string | null,"updated_at"?: string
                  }
                  Update: {
                    "capabilities"?: (Database["portal"]['Enums']["capability"])[],"created_at"?: string,"customer_id"?: string,"granted_by_user_id"?: string | null,"id"?: string,"location_id"?: string | null,"org_id"?: string,"portal_account_id"?: string,"revoked_at"?: string | null,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "portal_account_grants_org_id_customer_id_fkey"
      columns: ["org_id","customer_id"]
isOneToOne: false
      referencedRelation: "customers"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "portal_account_grants_org_id_customer_id_location_id_fkey"
      columns: ["org_id","customer_id","location_id"]
isOneToOne: false
      referencedRelation: "customer_locations"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "portal_account_grants_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "portal_account_grants_org_id_portal_account_id_fkey"
      columns: ["org_id","portal_account_id"]
isOneToOne: false
      referencedRelation: "portal_accounts"
      referencedColumns: ["org_id","id"]
    }
                  ]
                },"portal_accounts": {
                  Row: {
                    "created_at": string,"customer_id": string,"id": string,"implicit_grant": boolean,"invited_via": Database["portal"]['Enums']["invited_via"] | null,"last_login_at": string | null,"linked_by": string | null,"org_id": string,"primary_location_id": string | null,"role": Database["portal"]['Enums']["account_role"],"status": Database["portal"]['Enums']["account_status"],"updated_at": string,"user_id": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"customer_id": string,"id"?: string,"implicit_grant"?: boolean,"invited_via"?: Database["portal"]['Enums']["invited_via"] | null,"last_login_at"?: string | null,"linked_by"?: string | null,"org_id": string,"primary_location_id"?: string | null,"role"?: Database["portal"]['Enums']["account_role"],"status"?: Database["portal"]['Enums']["account_status"],"updated_at"?: string,"user_id"?: string | null
                  }
                  Update: {
                    "created_at"?: string,"customer_id"?: string,"id"?: string,"implicit_grant"?: boolean,"invited_via"?: Database["portal"]['Enums']["invited_via"] | null,"last_login_at"?: string | null,"linked_by"?: string | null,"org_id"?: string,"primary_location_id"?: string | null,"role"?: Database["portal"]['Enums']["account_role"],"status"?: Database["portal"]['Enums']["account_status"],"updated_at"?: string,"user_id"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "portal_accounts_org_id_customer_id_fkey"
      columns: ["org_id","customer_id"]
isOneToOne: false
      referencedRelation: "customers"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "portal_accounts_org_id_customer_id_primary_location_id_fkey"
      columns: ["org_id","customer_id","primary_location_id"]
isOneToOne: false
      referencedRelation: "customer_locations"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "portal_accounts_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    }
                  ]
                },"portal_ai_conversations": {
                  Row: {
                    "context_type": Database["portal"]['Enums']["ai_context_type"],"customer_id": string | null,"ended_at": string | null,"escalated_to_thread_id": string | null,"id": string,"org_id": string,"portal_account_id": string | null,"related_work_order_id": string | null,"session_token_hash": string | null,"started_at": string,"status": Database["portal"]['Enums']["ai_conversation_status"],"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "context_type"?: Database["portal"]['Enums']["ai_context_type"],"customer_id"?: string | null,"ended_at"?: string | null,"escalated_to_thread_id"?: string | null,"id"?: string,"org_id": string,"portal_account_id"?: string | null,"related_work_order_id"?: string | null,"session_token_hash"?: string | null,"started_at"?: string,"status"?: Database["portal"]['Enums']["ai_conversation_status"],"updated_at"?: string
                  }
                  Update: {
                    "context_type"?: Database["portal"]['Enums']["ai_context_type"],"customer_id"?: string | null,"ended_at"?: string | null,"escalated_to_thread_id"?: string | null,"id"?: string,"org_id"?: string,"portal_account_id"?: string | null,"related_work_order_id"?: string | null,"session_token_hash"?: string | null,"started_at"?: string,"status"?: Database["portal"]['Enums']["ai_conversation_status"],"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "portal_ai_conversations_org_id_customer_id_escalated_to_th_fkey"
      columns: ["org_id","customer_id","escalated_to_thread_id"]
isOneToOne: false
      referencedRelation: "portal_threads"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "portal_ai_conversations_org_id_customer_id_fkey"
      columns: ["org_id","customer_id"]
isOneToOne: false
      referencedRelation: "customers"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "portal_ai_conversations_org_id_customer_id_related_work_or_fkey"
      columns: ["org_id","customer_id","related_work_order_id"]
isOneToOne: false
      referencedRelation: "work_orders"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "portal_ai_conversations_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "portal_ai_conversations_org_id_portal_account_id_fkey"
      columns: ["org_id","portal_account_id"]
isOneToOne: false
      referencedRelation: "portal_accounts"
      referencedColumns: ["org_id","id"]
    }
                  ]
                },"portal_ai_messages": {
                  Row: {
                    "citations": NonNullable<Json>,"client_message_id": string | null,"content": string,"conversation_id": string,"created_at": string,"finish_reason": string | null,"id": string,"is_answered": boolean | null,"is_helpful": boolean | null,"metadata": Json | null,"org_id": string,"portal_account_id": string | null,"reply_to_id": string | null,"report_reason": string | null,"reported_at": string | null,"role": Database["portal"]['Enums']["ai_role"],"tokens_used": number | null
                  }
                  ComputedFields: never
                  Insert: {
                    "citations"?: NonNullable<Json>,"client_message_id"?: string | null,"content": string,"conversation_id": string,"created_at"?: string,"finish_reason"?: string | null,"id"?: string,"is_answered"?: boolean | null,"is_helpful"?: boolean | null,"metadata"?: Json | null,"org_id": string,"portal_account_id"?: string | null,"reply_to_id"?: string | null,"report_reason"?: string | null,"reported_at"?: string | null,"role": Database["portal"]['Enums']["ai_role"],"tokens_used"?: number | null
                  }
                  Update: {
                    "citations"?: NonNullable<Json>,"client_message_id"?: string | null,"content"?: string,"conversation_id"?: string,"created_at"?: string,"finish_reason"?: string | null,"id"?: string,"is_answered"?: boolean | null,"is_helpful"?: boolean | null,"metadata"?: Json | null,"org_id"?: string,"portal_account_id"?: string | null,"reply_to_id"?: string | null,"report_reason"?: string | null,"reported_at"?: string | null,"role"?: Database["portal"]['Enums']["ai_role"],"tokens_used"?: number | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "portal_ai_messages_org_id_conversation_id_fkey"
      columns: ["org_id","conversation_id"]
isOneToOne: false
      referencedRelation: "portal_ai_conversations"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "portal_ai_messages_org_id_conversation_id_reply_to_id_fkey"
      columns: ["org_id","conversation_id","reply_to_id"]
isOneToOne: true
      referencedRelation: "portal_ai_messages"
      referencedColumns: ["org_id","conversation_id","id"]
    },{
      foreignKeyName: "portal_ai_messages_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    }
                  ]
                },"portal_ai_turns": {
                  Row: {
                    "conversation_id": string,"lease_until": string,"org_id": string,"reserved_tokens": number,"turn_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "conversation_id": string,"lease_until": string,"org_id": string,"reserved_tokens": number,"turn_id": string
                  }
                  Update: {
                    "conversation_id"?: string,"lease_until"?: string,"org_id"?: string,"reserved_tokens"?: number,"turn_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "portal_ai_turns_org_id_conversation_id_fkey"
      columns: ["org_id","conversation_id"]
isOneToOne: true
      referencedRelation: "portal_ai_conversations"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "portal_ai_turns_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    }
                  ]
                },"portal_audit_events": {
                  Row: {
                    "actor_type": Database["portal"]['Enums']["actor_type"],"actor_user_id": string | null,"commitment": string | null,"entity": string | null,"entity_id": string | null,"erased_by": string | null,"event_payload": Json | null,"event_type": string,"hash": string | null,"id": string,"ip_address": unknown,"occurred_at": string,"org_id": string,"portal_account_id": string | null,"salt": string | null,"seq": number | null,"user_agent": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "actor_type": Database["portal"]['Enums']["actor_type"],"actor_user_id"?: string | null,"commitment"?: string | null,"entity"?: string | null,"entity_id"?: string | null,"erased_by"?: string | null,"event_payload"?: Json | null,"event_type": string,"hash"?: string | null,"id"?: string,"ip_address"?: unknown,"occurred_at"?: string,"org_id": string,"portal_account_id"?: string | null,"salt"?: string | null,"seq"?: number | null,"user_agent"?: string | null
                  }
                  Update: {
                    "actor_type"?: Database["portal"]['Enums']["actor_type"],"actor_user_id"?: string | null,"commitment"?: string | null,"entity"?: string | null,"entity_id"?: string | null,"erased_by"?: string | null,"event_payload"?: Json | null,"event_type"?: string,"hash"?: string | null,"id"?: string,"ip_address"?: unknown,"occurred_at"?: string,"org_id"?: string,"portal_account_id"?: string | null,"salt"?: string | null,"seq"?: number | null,"user_agent"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "portal_audit_events_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "portal_audit_events_org_id_portal_account_id_fkey"
      columns: ["org_id","portal_account_id"]
isOneToOne: false
      referencedRelation: "portal_accounts"
      referencedColumns: ["org_id","id"]
    }
                  ]
                },"portal_audit_seals": {
                  Row: {
                    "events_hash": string,"first_seq": number,"from_at": string,"hash": string,"id": string,"last_seq": number,"month": string,"org_id": string,"previous_hash": string | null,"purged_at": string | null,"row_count": number,"sealed_at": string,"to_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "events_hash": string,"first_seq": number,"from_at": string,"hash": string,"id"?: string,"last_seq": number,"month": string,"org_id": string,"previous_hash"?: string | null,"purged_at"?: string | null,"row_count": number,"sealed_at"?: string,"to_at": string
                  }
                  Update: {
                    "events_hash"?: string,"first_seq"?: number,"from_at"?: string,"hash"?: string,"id"?: string,"last_seq"?: number,"month"?: string,"org_id"?: string,"previous_hash"?: string | null,"purged_at"?: string | null,"row_count"?: number,"sealed_at"?: string,"to_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "portal_audit_seals_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    }
                  ]
                },"portal_booking_requests": {
                  Row: {
                    "attachments": Json | null,"created_at": string,"customer_id": string,"decided_at": string | null,"decision_note": string | null,"flexible_date": boolean,"id": string,"location_id": string,"org_id": string,"portal_account_id": string,"preferred_service_date": string | null,"preferred_time_window_end": string | null,"preferred_time_window_start": string | null,"problem_description": string,"related_work_order_id": string | null,"safety_notice": string | null,"service_type": string,"source_channel": Database["portal"]['Enums']["source_channel"],"status": Database["portal"]['Enums']["booking_status"],"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "attachments"?: Json | null,"created_at"?: string,"customer_id": string,"decided_at"?: string | null,"decision_note"?: string | null,"flexible_date"?: boolean,"id"?: string,"location_id": string,"org_id"?: string,"portal_account_id"?: string,"preferred_service_date"?: string | null,"preferred_time_window_end"?: string | null,"preferred_time_window_start"?: string | null,"problem_description": string,"related_work_order_id"?: string | null,"safety_notice"?: string | null,"service_type": string,"source_channel"?: Database["portal"]['Enums']["source_channel"],"status"?: Database["portal"]['Enums']["booking_status"],"updated_at"?: string
                  }
                  Update: {
                    "attachments"?: Json | null,"created_at"?: string,"customer_id"?: string,"decided_at"?: string | null,"decision_note"?: string | null,"flexible_date"?: boolean,"id"?: string,"location_id"?: string,"org_id"?: string,"portal_account_id"?: string,"preferred_service_date"?: string | null,"preferred_time_window_end"?: string | null,"preferred_time_window_start"?: string | null,"problem_description"?: string,"related_work_order_id"?: string | null,"safety_notice"?: string | null,"service_type"?: string,"source_channel"?: Database["portal"]['Enums']["source_channel"],"status"?: Database["portal"]['Enums']["booking_status"],"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "portal_booking_requests_org_id_customer_id_fkey"
      columns: ["org_id","customer_id"]
isOneToOne: false
      referencedRelation: "customers"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "portal_booking_requests_org_id_customer_id_location_id_fkey"
      columns: ["org_id","customer_id","location_id"]
isOneToOne: false
      referencedRelation: "customer_locations"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "portal_booking_requests_org_id_customer_id_related_work_or_fkey"
      columns: ["org_id","customer_id","related_work_order_id"]
isOneToOne: false
      referencedRelation: "work_orders"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "portal_booking_requests_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "portal_booking_requests_org_id_portal_account_id_fkey"
      columns: ["org_id","portal_account_id"]
isOneToOne: false
      referencedRelation: "portal_accounts"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "portal_booking_requests_org_id_service_type_fkey"
      columns: ["org_id","service_type"]
isOneToOne: false
      referencedRelation: "service_types"
      referencedColumns: ["org_id","code"]
    }
                  ]
                },"portal_invites": {
                  Row: {
                    "accepted_at": string | null,"accepted_by_portal_account_id": string | null,"created_at": string,"customer_id": string,"email": string,"expires_at": string,"full_name": string | null,"id": string,"invited_by_portal_account_id": string | null,"invited_by_user_id": string | null,"location_ids": (string)[],"org_id": string,"phone": string | null,"role": Database["portal"]['Enums']["account_role"],"sent_count": number,"status": Database["portal"]['Enums']["invite_status"],"token_hash": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "accepted_at"?: string | null,"accepted_by_portal_account_id"?: string | null,"created_at"?: string,"customer_id": string,"email": string,"expires_at": string,"full_name"?: string | null,"id"?: string,"invited_by_portal_account_id"?: string | null,"invited_by_user_id"?: string | null,"location_ids"?: (string)[],"org_id": string,"phone"?: string | null,"role"?: Database["portal"]['Enums']["account_role"],"sent_count"?: number,"status"?: Database["portal"]['Enums']["invite_status"],"token_hash": string,"updated_at"?: string
                  }
                  Update: {
                    "accepted_at"?: string | null,"accepted_by_portal_account_id"?: string | null,"created_at"?: string,"customer_id"?: string,"email"?: string,"expires_at"?: string,"full_name"?: string | null,"id"?: string,"invited_by_portal_account_id"?: string | null,"invited_by_user_id"?: string | null,"location_ids"?: (string)[],"org_id"?: string,"phone"?: string | null,"role"?: Database["portal"]['Enums']["account_role"],"sent_count"?: number,"status"?: Database["portal"]['Enums']["invite_status"],"token_hash"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "portal_invites_org_id_accepted_by_portal_account_id_fkey"
      columns: ["org_id","accepted_by_portal_account_id"]
isOneToOne: false
      referencedRelation: "portal_accounts"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "portal_invites_org_id_customer_id_fkey"
      columns: ["org_id","customer_id"]
isOneToOne: false
      referencedRelation: "customers"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "portal_invites_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "portal_invites_org_id_invited_by_portal_account_id_fkey"
      columns: ["org_id","invited_by_portal_account_id"]
isOneToOne: false
      referencedRelation: "portal_accounts"
      referencedColumns: ["org_id","id"]
    }
                  ]
                },"portal_live_events": {
                  Row: {
                    "customer_id": string | null,"entity_id": string,"id": string,"kind": string,"location_id": string | null,"occurred_at": string,"org_id": string,"status": string | null,"technician_id": string | null,"thread_id": string | null,"transaction_id": unknown,"user_id": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "customer_id"?: string | null,"entity_id": string,"id"?: string,"kind": string,"location_id"?: string | null,"occurred_at"?: string,"org_id": string,"status"?: string | null,"technician_id"?: string | null,"thread_id"?: string | null,"transaction_id"?: unknown,"user_id"?: string | null
                  }
                  Update: {
                    "customer_id"?: string | null,"entity_id"?: string,"id"?: string,"kind"?: string,"location_id"?: string | null,"occurred_at"?: string,"org_id"?: string,"status"?: string | null,"technician_id"?: string | null,"thread_id"?: string | null,"transaction_id"?: unknown,"user_id"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "portal_live_events_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    }
                  ]
                },"portal_message_reads": {
                  Row: {
                    "id": string,"message_id": string,"org_id": string,"portal_account_id": string | null,"read_at": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "id"?: string,"message_id": string,"org_id"?: string,"portal_account_id"?: string | null,"read_at"?: string,"user_id"?: string
                  }
                  Update: {
                    "id"?: string,"message_id"?: string,"org_id"?: string,"portal_account_id"?: string | null,"read_at"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "portal_message_reads_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "portal_message_reads_org_id_message_id_fkey"
      columns: ["org_id","message_id"]
isOneToOne: false
      referencedRelation: "portal_messages"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "portal_message_reads_org_id_portal_account_id_fkey"
      columns: ["org_id","portal_account_id"]
isOneToOne: false
      referencedRelation: "portal_accounts"
      referencedColumns: ["org_id","id"]
    }
                  ]
                },"portal_messages": {
                  Row: {
                    "attachments": Json | null,"body": string,"client_message_id": string | null,"crm_interaction_id": string | null,"customer_id": string,"id": string,"location_id": string | null,"org_id": string,"read_at": string | null,"related_work_order_id": string | null,"sender_name": string | null,"sender_portal_account_id": string | null,"sender_type": Database["portal"]['Enums']["sender_type"],"sender_user_id": string | null,"sent_at": string,"sentiment": Database["portal"]['Enums']["sentiment"] | null,"thread_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "attachments"?: Json | null,"body": string,"client_message_id"?: string | null,"crm_interaction_id"?: string | null,"customer_id": string,"id"?: string,"location_id"?: string | null,"org_id"?: string,"read_at"?: string | null,"related_work_order_id"?: string | null,"sender_name"?: string | null,"sender_portal_account_id"?: string | null,"sender_type"?: Database["portal"]['Enums']["sender_type"],"sender_user_id"?: string | null,"sent_at"?: string,"sentiment"?: Database["portal"]['Enums']["sentiment"] | null,"thread_id": string
                  }
                  Update: {
                    "attachments"?: Json | null,"body"?: string,"client_message_id"?: string | null,"crm_interaction_id"?: string | null,"customer_id"?: string,"id"?: string,"location_id"?: string | null,"org_id"?: string,"read_at"?: string | null,"related_work_order_id"?: string | null,"sender_name"?: string | null,"sender_portal_account_id"?: string | null,"sender_type"?: Database["portal"]['Enums']["sender_type"],"sender_user_id"?: string | null,"sent_at"?: string,"sentiment"?: Database["portal"]['Enums']["sentiment"] | null,"thread_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "portal_messages_org_id_crm_interaction_id_fkey"
      columns: ["org_id","crm_interaction_id"]
isOneToOne: false
      referencedRelation: "crm_interactions"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "portal_messages_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "portal_messages_org_id_sender_portal_account_id_fkey"
      columns: ["org_id","sender_portal_account_id"]
isOneToOne: false
      referencedRelation: "portal_accounts"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "portal_messages_org_id_thread_id_fkey"
      columns: ["org_id","thread_id"]
isOneToOne: false
      referencedRelation: "portal_threads"
      referencedColumns: ["org_id","id"]
    }
                  ]
                },"portal_notification_preferences": {
                  Row: {
                    "created_at": string,"id": string,"notify_booking_updates_email": boolean,"notify_booking_updates_sms": boolean,"notify_marketing_email": boolean,"notify_marketing_sms": boolean,"notify_messages_email": boolean,"notify_technician_enroute": boolean,"org_id": string,"portal_account_id": string,"quiet_hours_end": string | null,"quiet_hours_start": string | null,"timezone": string | null,"unsubscribe_token": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"id"?: string,"notify_booking_updates_email"?: boolean,"notify_booking_updates_sms"?: boolean,"notify_marketing_email"?: boolean,"notify_marketing_sms"?: boolean,"notify_messages_email"?: boolean,"notify_technician_enroute"?: boolean,"org_id": string,"portal_account_id": string,"quiet_hours_end"?: string | null,"quiet_hours_start"?: string | null,"timezone"?: string | null,"unsubscribe_token"?: string,"updated_at"?: string
                  }
                  Update: {
                    "created_at"?: string,"id"?: string,"notify_booking_updates_email"?: boolean,"notify_booking_updates_sms"?: boolean,"notify_marketing_email"?: boolean,"notify_marketing_sms"?: boolean,"notify_messages_email"?: boolean,"notify_technician_enroute"?: boolean,"org_id"?: string,"portal_account_id"?: string,"quiet_hours_end"?: string | null,"quiet_hours_start"?: string | null,"timezone"?: string | null,"unsubscribe_token"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "portal_notification_preferences_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "portal_notification_preferences_org_id_portal_account_id_fkey"
      columns: ["org_id","portal_account_id"]
isOneToOne: true
      referencedRelation: "portal_accounts"
      referencedColumns: ["org_id","id"]
    }
                  ]
                },"portal_notifications": {
                  Row: {
                    "attempts": number,"category": string,"channel": Database["portal"]['Enums']["notification_channel"],"channel_id": string | null,"created_at": string,"customer_id": string | null,"dedupe_key": string,"event": string,"expires_at": string | null,"id": string,"last_error": string | null,"lease_until": string | null,"not_before": string,"org_id": string,"payload": NonNullable<Json>,"portal_account_id": string | null,"recipient": string,"sent_at": string | null,"status": Database["portal"]['Enums']["notification_status"],"updated_at": string,"user_id": string | null,"work_order_id": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "attempts"?: number,"category": string,"channel": Database["portal"]['Enums']["notification_channel"],"channel_id"?: string | null,"created_at"?: string,"customer_id"?: string | null,"dedupe_key": string,"event": string,"expires_at"?: string | null,"id"?: string,"last_error"?: string | null,"lease_until"?: string | null,"not_before"?: string,"org_id": string,"payload"?: NonNullable<Json>,"portal_account_id"?: string | null,"recipient": string,"sent_at"?: string | null,"status"?: Database["portal"]['Enums']["notification_status"],"updated_at"?: string,"user_id"?: string | null,"work_order_id"?: string | null
                  }
                  Update: {
                    "attempts"?: number,"category"?: string,"channel"?: Database["portal"]['Enums']["notification_channel"],"channel_id"?: string | null,"created_at"?: string,"customer_id"?: string | null,"dedupe_key"?: string,"event"?: string,"expires_at"?: string | null,"id"?: string,"last_error"?: string | null,"lease_until"?: string | null,"not_before"?: string,"org_id"?: string,"payload"?: NonNullable<Json>,"portal_account_id"?: string | null,"recipient"?: string,"sent_at"?: string | null,"status"?: Database["portal"]['Enums']["notification_status"],"updated_at"?: string,"user_id"?: string | null,"work_order_id"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "portal_notifications_org_id_channel_id_fkey"
      columns: ["org_id","channel_id"]
isOneToOne: false
      referencedRelation: "org_channels"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "portal_notifications_org_id_customer_id_fkey"
      columns: ["org_id","customer_id"]
isOneToOne: false
      referencedRelation: "customers"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "portal_notifications_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "portal_notifications_org_id_portal_account_id_fkey"
      columns: ["org_id","portal_account_id"]
isOneToOne: false
      referencedRelation: "portal_accounts"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "portal_notifications_org_id_work_order_id_fkey"
      columns: ["org_id","work_order_id"]
isOneToOne: false
      referencedRelation: "work_orders"
      referencedColumns: ["org_id","id"]
    }
                  ]
                },"portal_receipts": {
                  Row: {
                    "answer": Json | null,"created_at": string,"key": string,"operation": string,"org_id": string,"portal_account_id": string,"request_hash": string
                  }
                  ComputedFields: never
                  Insert: {
                    "answer"?: Json | null,"created_at"?: string,"key": string,"operation": string,"org_id": string,"portal_account_id": string,"request_hash": string
                  }
                  Update: {
                    "answer"?: Json | null,"created_at"?: string,"key"?: string,"operation"?: string,"org_id"?: string,"portal_account_id"?: string,"request_hash"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "portal_receipts_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "portal_receipts_org_id_portal_account_id_fkey"
      columns: ["org_id","portal_account_id"]
isOneToOne: false
      referencedRelation: "portal_accounts"
      referencedColumns: ["org_id","id"]
    }
                  ]
                },"portal_sentiment_jobs": {
                  Row: {
                    "attempts": number,"created_at": string,"lease_until": string | null,"message_id": string,"not_before": string,"org_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "attempts"?: number,"created_at"?: string,"lease_until"?: string | null,"message_id": string,"not_before"?: string,"org_id": string
                  }
                  Update: {
                    "attempts"?: number,"created_at"?: string,"lease_until"?: string | null,"message_id"?: string,"not_before"?: string,"org_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "portal_sentiment_jobs_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "portal_sentiment_jobs_org_id_message_id_fkey"
      columns: ["org_id","message_id"]
isOneToOne: true
      referencedRelation: "portal_messages"
      referencedColumns: ["org_id","id"]
    }
                  ]
                },"portal_threads": {
                  Row: {
                    "created_at": string,"created_by_portal_account_id": string | null,"created_by_user_id": string | null,"customer_id": string,"id": string,"last_message_at": string | null,"last_message_preview": string | null,"location_id": string | null,"org_id": string,"related_work_order_id": string | null,"status": Database["portal"]['Enums']["thread_status"],"subject": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"created_by_portal_account_id"?: string | null,"created_by_user_id"?: string | null,"customer_id": string,"id"?: string,"last_message_at"?: string | null,"last_message_preview"?: string | null,"location_id"?: string | null,"org_id"?: string,"related_work_order_id"?: string | null,"status"?: Database["portal"]['Enums']["thread_status"],"subject": string,"updated_at"?: string
                  }
                  Update: {
                    "created_at"?: string,"created_by_portal_account_id"?: string | null,"created_by_user_id"?: string | null,"customer_id"?: string,"id"?: string,"last_message_at"?: string | null,"last_message_preview"?: string | null,"location_id"?: string | null,"org_id"?: string,"related_work_order_id"?: string | null,"status"?: Database["portal"]['Enums']["thread_status"],"subject"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "portal_threads_org_id_created_by_portal_account_id_fkey"
      columns: ["org_id","created_by_portal_account_id"]
isOneToOne: false
      referencedRelation: "portal_accounts"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "portal_threads_org_id_customer_id_fkey"
      columns: ["org_id","customer_id"]
isOneToOne: false
      referencedRelation: "customers"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "portal_threads_org_id_customer_id_location_id_fkey"
      columns: ["org_id","customer_id","location_id"]
isOneToOne: false
      referencedRelation: "customer_locations"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "portal_threads_org_id_customer_id_related_work_order_id_fkey"
      columns: ["org_id","customer_id","related_work_order_id"]
isOneToOne: false
      referencedRelation: "work_orders"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "portal_threads_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    }
                  ]
                },"profiles": {
                  Row: {
                    "avatar_url": string | null,"created_at": string,"customer_id": string | null,"email": string | null,"full_name": string | null,"id": string,"org_id": string,"phone": string | null,"preferred_language": string,"role": Database["portal"]['Enums']["profile_role"],"updated_at": string,"user_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "avatar_url"?: string | null,"created_at"?: string,"customer_id"?: string | null,"email"?: string | null,"full_name"?: string | null,"id"?: string,"org_id": string,"phone"?: string | null,"preferred_language"?: string,"role"?: Database["portal"]['Enums']["profile_role"],"updated_at"?: string,"user_id": string
                  }
                  Update: {
                    "avatar_url"?: string | null,"created_at"?: string,"customer_id"?: string | null,"email"?: string | null,"full_name"?: string | null,"id"?: string,"org_id"?: string,"phone"?: string | null,"preferred_language"?: string,"role"?: Database["portal"]['Enums']["profile_role"],"updated_at"?: string,"user_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "profiles_org_id_customer_id_fkey"
      columns: ["org_id","customer_id"]
isOneToOne: false
      referencedRelation: "customers"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "profiles_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    }
                  ]
                },"quotes": {
                  Row: {
                    "created_at": string,"currency": string,"customer_id": string,"expires_at": string | null,"id": string,"issued_at": string | null,"location_id": string | null,"number": string,"org_id": string,"status": Database["portal"]['Enums']["quote_status"],"total_cents": number,"updated_at": string,"work_order_id": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"currency"?: string,"customer_id": string,"expires_at"?: string | null,"id"?: string,"issued_at"?: string | null,"location_id"?: string | null,"number": string,"org_id"?: string,"status"?: Database["portal"]['Enums']["quote_status"],"total_cents": number,"updated_at"?: string,"work_order_id"?: string | null
                  }
                  Update: {
                    "created_at"?: string,"currency"?: string,"customer_id"?: string,"expires_at"?: string | null,"id"?: string,"issued_at"?: string | null,"location_id"?: string | null,"number"?: string,"org_id"?: string,"status"?: Database["portal"]['Enums']["quote_status"],"total_cents"?: number,"updated_at"?: string,"work_order_id"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "quotes_org_id_customer_id_fkey"
      columns: ["org_id","customer_id"]
isOneToOne: false
      referencedRelation: "customers"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "quotes_org_id_customer_id_location_id_fkey"
      columns: ["org_id","customer_id","location_id"]
isOneToOne: false
      referencedRelation: "customer_locations"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "quotes_org_id_customer_id_work_order_id_fkey"
      columns: ["org_id","customer_id","work_order_id"]
isOneToOne: false
      referencedRelation: "work_orders"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "quotes_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    }
                  ]
                },"service_areas": {
                  Row: {
                    "country": string,"created_at": string,"id": string,"org_id": string,"postal_code_prefix": string,"technician_id": string | null,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "country"?: string,"created_at"?: string,"id"?: string,"org_id"?: string,"postal_code_prefix": string,"technician_id"?: string | null,"updated_at"?: string
                  }
                  Update: {
                    "country"?: string,"created_at"?: string,"id"?: string,"org_id"?: string,"postal_code_prefix"?: string,"technician_id"?: string | null,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "service_areas_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "service_areas_org_id_technician_id_fkey"
      columns: ["org_id","technician_id"]
isOneToOne: false
      referencedRelation: "technicians"
      referencedColumns: ["org_id","id"]
    }
                  ]
                },"service_types": {
                  Row: {
                    "booking_mode": Database["portal"]['Enums']["booking_mode"],"buffer_after_minutes": number,"buffer_before_minutes": number,"category": string,"code": string,"created_at": string,"daily_cap": number | null,"description": string | null,"duration_minutes": number,"horizon_days": number,"id": string,"is_active": boolean,"is_emergency": boolean,"lead_time_business_hours_only": boolean,"lead_time_minutes": number,"name": string,"org_id": string,"price_from_cents": number | null,"safety_notice": string | null,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "booking_mode"?: Database["portal"]['Enums']["booking_mode"],"buffer_after_minutes"?: number,"buffer_before_minutes"?: number,"category": string,"code": string,"created_at"?: string,"daily_cap"?: number | null,"description"?: string | null,"duration_minutes": number,"horizon_days"?: number,"id"?: string,"is_active"?: boolean,"is_emergency"?: boolean,"lead_time_business_hours_only"?: boolean,"lead_time_minutes"?: number,"name": string,"org_id"?: string,"price_from_cents"?: number | null,"safety_notice"?: string | null,"updated_at"?: string
                  }
                  Update: {
                    "booking_mode"?: Database["portal"]['Enums']["booking_mode"],"buffer_after_minutes"?: number,"buffer_before_minutes"?: number,"category"?: string,"code"?: string,"created_at"?: string,"daily_cap"?: number | null,"description"?: string | null,"duration_minutes"?: number,"horizon_days"?: number,"id"?: string,"is_active"?: boolean,"is_emergency"?: boolean,"lead_time_business_hours_only"?: boolean,"lead_time_minutes"?: number,"name"?: string,"org_id"?: string,"price_from_cents"?: number | null,"safety_notice"?: string | null,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "service_types_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    }
                  ]
                },"technician_shifts": {
                  Row: {
                    "created_at": string,"end_time": string,"id": string,"org_id": string,"start_time": string,"technician_id": string,"updated_at": string,"valid_from": string,"valid_to": string | null,"weekday": number
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"end_time": string,"id"?: string,"org_id"?: string,"start_time": string,"technician_id": string,"updated_at"?: string,"valid_from"?: string,"valid_to"?: string | null,"weekday": number
                  }
                  Update: {
                    "created_at"?: string,"end_time"?: string,"id"?: string,"org_id"?: string,"start_time"?: string,"technician_id"?: string,"updated_at"?: string,"valid_from"?: string,"valid_to"?: string | null,"weekday"?: number
                  }
                  Relationships: [
                    {
      foreignKeyName: "technician_shifts_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "technician_shifts_org_id_technician_id_fkey"
      columns: ["org_id","technician_id"]
isOneToOne: false
      referencedRelation: "technicians"
      referencedColumns: ["org_id","id"]
    }
                  ]
                },"technician_skills": {
                  Row: {
                    "created_at": string,"id": string,"org_id": string,"service_type": string,"technician_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"id"?: string,"org_id"?: string,"service_type": string,"technician_id": string
                  }
                  Update: {
                    "created_at"?: string,"id"?: string,"org_id"?: string,"service_type"?: string,"technician_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "technician_skills_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "technician_skills_org_id_service_type_fkey"
      columns: ["org_id","service_type"]
isOneToOne: false
      referencedRelation: "service_types"
      referencedColumns: ["org_id","code"]
    },{
      foreignKeyName: "technician_skills_org_id_technician_id_fkey"
      columns: ["org_id","technician_id"]
isOneToOne: false
      referencedRelation: "technicians"
      referencedColumns: ["org_id","id"]
    }
                  ]
                },"technician_time_off": {
                  Row: {
                    "created_at": string,"ends_at": string,"id": string,"org_id": string,"reason": string | null,"starts_at": string,"technician_id": string,"updated_at": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"ends_at": string,"id"?: string,"org_id"?: string,"reason"?: string | null,"starts_at": string,"technician_id": string,"updated_at"?: string
                  }
                  Update: {
                    "created_at"?: string,"ends_at"?: string,"id"?: string,"org_id"?: string,"reason"?: string | null,"starts_at"?: string,"technician_id"?: string,"updated_at"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "technician_time_off_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "technician_time_off_org_id_technician_id_fkey"
      columns: ["org_id","technician_id"]
isOneToOne: false
      referencedRelation: "technicians"
      referencedColumns: ["org_id","id"]
    }
                  ]
                },"technicians": {
                  Row: {
                    "avatar_url": string | null,"created_at": string,"display_name": string,"id": string,"is_active": boolean,"org_id": string,"updated_at": string,"user_id": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "avatar_url"?: string | null,"created_at"?: string,"display_name": string,"id"?: string,"is_active"?: boolean,"org_id"?: string,"updated_at"?: string,"user_id"?: string | null
                  }
                  Update: {
                    "avatar_url"?: string | null,"created_at"?: string,"display_name"?: string,"id"?: string,"is_active"?: boolean,"org_id"?: string,"updated_at"?: string,"user_id"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "technicians_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    }
                  ]
                },"warranties": {
                  Row: {
                    "coverage": string | null,"created_at": string,"customer_id": string,"ends_on": string | null,"equipment_id": string | null,"id": string,"location_id": string,"org_id": string,"provider": string | null,"starts_on": string,"title": string,"updated_at": string,"work_order_id": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "coverage"?: string | null,"created_at"?: string,"customer_id": string,"ends_on"?: string | null,"equipment_id"?: string | null,"id"?: string,"location_id": string,"org_id"?: string,"provider"?: string | null,"starts_on": string,"title": string,"updated_at"?: string,"work_order_id"?: string | null
                  }
                  Update: {
                    "coverage"?: string | null,"created_at"?: string,"customer_id"?: string,"ends_on"?: string | null,"equipment_id"?: string | null,"id"?: string,"location_id"?: string,"org_id"?: string,"provider"?: string | null,"starts_on"?: string,"title"?: string,"updated_at"?: string,"work_order_id"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "warranties_org_id_customer_id_equipment_id_fkey"
      columns: ["org_id","customer_id","equipment_id"]
isOneToOne: false
      referencedRelation: "equipment"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "warranties_org_id_customer_id_fkey"
      columns: ["org_id","customer_id"]
isOneToOne: false
      referencedRelation: "customers"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "warranties_org_id_customer_id_location_id_fkey"
      columns: ["org_id","customer_id","location_id"]
isOneToOne: false
      referencedRelation: "customer_locations"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "warranties_org_id_customer_id_work_order_id_fkey"
      columns: ["org_id","customer_id","work_order_id"]
isOneToOne: false
      referencedRelation: "work_orders"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "warranties_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    }
                  ]
                },"work_order_events": {
                  Row: {
                    "actor_type": Database["portal"]['Enums']["actor_type"],"actor_user_id": string | null,"customer_id": string,"eta": string | null,"event_type": string,"id": string,"location_id": string,"note": string | null,"occurred_at": string,"org_id": string,"status": Database["portal"]['Enums']["work_order_status"] | null,"window_end": string | null,"window_start": string | null,"work_order_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "actor_type"?: Database["portal"]['Enums']["actor_type"],"actor_user_id"?: string | null,"customer_id": string,"eta"?: string | null,"event_type": string,"id"?: string,"location_id": string,"note"?: string | null,"occurred_at"?: string,"org_id"?: string,"status"?: Database["portal"]['Enums']["work_order_status"] | null,"window_end"?: string | null,"window_start"?: string | null,"work_order_id": string
                  }
                  Update: {
                    "actor_type"?: Database["portal"]['Enums']["actor_type"],"actor_user_id"?: string | null,"customer_id"?: string,"eta"?: string | null,"event_type"?: string,"id"?: string,"location_id"?: string,"note"?: string | null,"occurred_at"?: string,"org_id"?: string,"status"?: Database["portal"]['Enums']["work_order_status"] | null,"window_end"?: string | null,"window_start"?: string | null,"work_order_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "work_order_events_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "work_order_events_org_id_work_order_id_fkey"
      columns: ["org_id","work_order_id"]
isOneToOne: false
      referencedRelation: "work_orders"
      referencedColumns: ["org_id","id"]
    }
                  ]
                },"work_order_notes": {
                  Row: {
                    "author_name": string | null,"author_user_id": string | null,"body": string,"created_at": string,"customer_id": string,"id": string,"location_id": string,"org_id": string,"updated_at": string,"visibility": Database["portal"]['Enums']["note_visibility"],"work_order_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "author_name"?: string | null,"author_user_id"?: string | null,"body": string,"created_at"?: string,"customer_id": string,"id"?: string,"location_id": string,"org_id"?: string,"updated_at"?: string,"visibility"?: Database["portal"]['Enums']["note_visibility"],"work_order_id": string
                  }
                  Update: {
                    "author_name"?: string | null,"author_user_id"?: string | null,"body"?: string,"created_at"?: string,"customer_id"?: string,"id"?: string,"location_id"?: string,"org_id"?: string,"updated_at"?: string,"visibility"?: Database["portal"]['Enums']["note_visibility"],"work_order_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "work_order_notes_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "work_order_notes_org_id_work_order_id_fkey"
      columns: ["org_id","work_order_id"]
isOneToOne: false
      referencedRelation: "work_orders"
      referencedColumns: ["org_id","id"]
    }
                  ]
                },"work_order_parts": {
                  Row: {
                    "created_at": string,"customer_id": string,"id": string,"location_id": string,"name": string,"org_id": string,"quantity": number,"sku": string | null,"unit": string,"updated_at": string,"visibility": Database["portal"]['Enums']["note_visibility"],"work_order_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string,"customer_id": string,"id"?: string,"location_id": string,"name": string,"org_id"?: string,"quantity"?: number,"sku"?: string | null,"unit"?: string,"updated_at"?: string,"visibility"?: Database["portal"]['Enums']["note_visibility"],"work_order_id": string
                  }
                  Update: {
                    "created_at"?: string,"customer_id"?: string,"id"?: string,"location_id"?: string,"name"?: string,"org_id"?: string,"quantity"?: number,"sku"?: string | null,"unit"?: string,"updated_at"?: string,"visibility"?: Database["portal"]['Enums']["note_visibility"],"work_order_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "work_order_parts_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "work_order_parts_org_id_work_order_id_fkey"
      columns: ["org_id","work_order_id"]
isOneToOne: false
      referencedRelation: "work_orders"
      referencedColumns: ["org_id","id"]
    }
                  ]
                },"work_orders": {
                  Row: {
                    "blocked": unknown,"cancel_fee_cents": number | null,"cancel_reason": string | null,"canceled_at": string | null,"completed_at": string | null,"contact_email": string | null,"contact_phone": string | null,"created_at": string,"customer_id": string,"eta": string | null,"hold_expires_at": string | null,"ics_sequence": number,"id": string,"job_summary": string | null,"location_id": string,"org_id": string,"reference": string,"reschedule_count": number,"service_type": string,"status": Database["portal"]['Enums']["work_order_status"],"status_note": string | null,"technician_id": string | null,"updated_at": string,"window_end": string,"window_start": string
                  }
                  ComputedFields: never
                  Insert: {
                    "blocked": unknown,"cancel_fee_cents"?: number | null,"cancel_reason"?: string | null,"canceled_at"?: string | null,"completed_at"?: string | null,"contact_email"?: string | null,"contact_phone"?: string | null,"created_at"?: string,"customer_id": string,"eta"?: string | null,"hold_expires_at"?: string | null,"ics_sequence"?: number,"id"?: string,"job_summary"?: string | null,"location_id": string,"org_id"?: string,"reference"?: string,"reschedule_count"?: number,"service_type": string,"status"?: Database["portal"]['Enums']["work_order_status"],"status_note"?: string | null,"technician_id"?: string | null,"updated_at"?: string,"window_end": string,"window_start": string
                  }
                  Update: {
                    "blocked"?: unknown,"cancel_fee_cents"?: number | null,"cancel_reason"?: string | null,"canceled_at"?: string | null,"completed_at"?: string | null,"contact_email"?: string | null,"contact_phone"?: string | null,"created_at"?: string,"customer_id"?: string,"eta"?: string | null,"hold_expires_at"?: string | null,"ics_sequence"?: number,"id"?: string,"job_summary"?: string | null,"location_id"?: string,"org_id"?: string,"reference"?: string,"reschedule_count"?: number,"service_type"?: string,"status"?: Database["portal"]['Enums']["work_order_status"],"status_note"?: string | null,"technician_id"?: string | null,"updated_at"?: string,"window_end"?: string,"window_start"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "work_orders_org_id_customer_id_fkey"
      columns: ["org_id","customer_id"]
isOneToOne: false
      referencedRelation: "customers"
      referencedColumns: ["org_id","id"]
    },{
      foreignKeyName: "work_orders_org_id_customer_id_location_id_fkey"
      columns: ["org_id","customer_id","location_id"]
isOneToOne: false
      referencedRelation: "customer_locations"
      referencedColumns: ["org_id","customer_id","id"]
    },{
      foreignKeyName: "work_orders_org_id_fkey"
      columns: ["org_id"]
isOneToOne: false
      referencedRelation: "orgs"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "work_orders_org_id_service_type_fkey"
      columns: ["org_id","service_type"]
isOneToOne: false
      referencedRelation: "service_types"
      referencedColumns: ["org_id","code"]
    },{
      foreignKeyName: "work_orders_org_id_technician_id_fkey"
      columns: ["org_id","technician_id"]
isOneToOne: false
      referencedRelation: "technicians"
      referencedColumns: ["org_id","id"]
    }
                  ]
                }
          }
          Views: {
            [_ in never]: never
          }
          Functions: {
            [_ in never]: never
          }
          Enums: {
            [_ in never]: never
          }
          CompositeTypes: {
            [_ in never]: never
          }
        }
}

type DatabaseWithoutInternals = Omit<Database, '__InternalSupabase'>

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "public">]

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])[TableName] extends {
      Row: infer R
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
  ? (DefaultSchema["Tables"] & DefaultSchema["Views"])[DefaultSchemaTableNameOrOptions] extends {
      Row: infer R
    }
    ? R
    : never
  : never

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Insert: infer I
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
  ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Insert: infer I
    }
    ? I
    : never
  : never

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Update: infer U
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
  ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Update: infer U
    }
    ? U
    : never
  : never

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    | keyof DefaultSchema["Enums"]
    | { schema: keyof DatabaseWithoutInternals },
  EnumName extends DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"]
    : never = never
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
  ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
  : never

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema["CompositeTypes"]
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"]
    : never = never
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema["CompositeTypes"]
  ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
  : never

export const Constants = {
  "portal": {
          Enums: {
            "account_role": ["customer", "property_manager", "billing_contact", "admin"],"account_status": ["active", "invited", "suspended", "closed"],"actor_type": ["portal_user", "staff", "service", "system"],"ai_context_type": ["general_support", "pre_booking", "active_job", "billing_question"],"ai_conversation_status": ["active", "ended", "escalated"],"ai_role": ["user", "assistant", "system"],"booking_mode": ["instant", "request"],"booking_status": ["submitted", "under_review", "approved", "scheduled", "rejected", "canceled_by_customer"],"capability": ["view", "book", "cancel", "billing", "manage"],"customer_kind": ["individual", "organization"],"document_kind": ["work_order", "photo", "video", "invoice", "quote", "manual", "warranty", "membership", "other"],"invite_status": ["pending", "accepted", "revoked", "expired"],"invited_via": ["self_signup", "email_invite", "csr_created"],"invoice_status": ["draft", "open", "paid", "void", "overdue"],"note_visibility": ["customer", "internal"],"notification_channel": ["email", "sms", "slack", "webhook"],"notification_status": ["pending", "sending", "sent", "dead", "expired", "canceled"],"payment_status": ["pending", "succeeded", "failed", "refunded"],"profile_role": ["portal_customer", "portal_manager", "admin", "csr", "dispatcher", "technician"],"quote_status": ["draft", "sent", "accepted", "declined", "expired"],"sender_type": ["portal_customer", "internal_user", "system"],"sentiment": ["positive", "neutral", "negative"],"source_channel": ["web_portal", "mobile_app", "ai_assistant"],"thread_status": ["open", "pending_customer", "pending_internal", "closed"],"work_order_status": ["tentative", "scheduled", "en_route", "on_site", "completed", "canceled", "no_show"]
          }
        },"public": {
          Enums: {
            
          }
        }
} as const
